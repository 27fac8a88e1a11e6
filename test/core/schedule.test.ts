import { Schedule, Weekday } from "../../lib/core";
import { refusal } from "../refusal";
import { LATER_NUMBER } from "./tokens";

const parts = ({ frequency, hour, weekday, dayOfMonth }: Schedule) => ({ frequency, hour, weekday, dayOfMonth });

describe("Schedule", () => {
  test("is daily, weekly or monthly, at a full hour", () => {
    expect(parts(Schedule.daily(3))).toEqual({ frequency: "daily", hour: 3 });
    expect(parts(Schedule.weekly(Weekday.SUNDAY, 3))).toEqual({ frequency: "weekly", hour: 3, weekday: "SUN" });
    expect(parts(Schedule.monthly(28, 3))).toEqual({ frequency: "monthly", hour: 3, dayOfMonth: 28 });
  });

  test("spells the days of the week as cron does", () => {
    expect(Object.values(Weekday)).toEqual(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]);
  });

  test.each([0, 23])("takes the first and the last hour of the day: %p", (hour) => {
    const all = [Schedule.daily(hour), Schedule.weekly(Weekday.MONDAY, hour), Schedule.monthly(1, hour)];
    expect(all.map((schedule) => schedule.hour)).toEqual([hour, hour, hour]);
  });

  test.each([-1, 24, 3.5])("refuses an hour that the day does not have, under the name of the method: %p", (hour) => {
    const allowed = `must be a whole number from 0 to 23, got ${hour}; give a full hour in UTC`;
    expect(refusal(() => Schedule.daily(hour))).toBe(`SpecError: Schedule.daily(hour) ${allowed}`);
    expect(refusal(() => Schedule.weekly(Weekday.MONDAY, hour))).toBe(`SpecError: Schedule.weekly(hour) ${allowed}`);
    expect(refusal(() => Schedule.monthly(1, hour))).toBe(`SpecError: Schedule.monthly(hour) ${allowed}`);
  });

  test.each([1, 28])("takes a day that every month has: %p", (day) => {
    expect(Schedule.monthly(day, 3).dayOfMonth).toBe(day);
  });

  test.each([0, 29, 1.5])("refuses a day that some month does not have: %p", (day) => {
    expect(refusal(() => Schedule.monthly(day, 3))).toBe(
      `SpecError: Schedule.monthly(dayOfMonth) must be a whole number from 1 to 28, got ${day}; every month has these days`,
    );
  });

  test("takes an hour and a day that only Terraform knows", () => {
    const schedule = Schedule.monthly(LATER_NUMBER, LATER_NUMBER);
    expect([schedule.dayOfMonth, schedule.hour]).toEqual([LATER_NUMBER, LATER_NUMBER]);
  });
});
