import { checkInteger } from "./validation";

/** A day of the week, as the cron of every cloud spells it. */
export enum Weekday {
  /** Monday. */
  MONDAY = "MON",
  /** Tuesday. */
  TUESDAY = "TUE",
  /** Wednesday. */
  WEDNESDAY = "WED",
  /** Thursday. */
  THURSDAY = "THU",
  /** Friday. */
  FRIDAY = "FRI",
  /** Saturday. */
  SATURDAY = "SAT",
  /** Sunday. */
  SUNDAY = "SUN",
}

/**
 * When to train again, in UTC.
 *
 * Only what every cloud can do exactly: no cron text, no time zones with daylight saving.
 */
export class Schedule {
  /**
   * Every day.
   *
   * @param hour full hour, 0 to 23, UTC
   */
  public static daily(hour: number): Schedule {
    return new Schedule("daily", hour);
  }

  /**
   * Once a week.
   *
   * @param weekday the day, in UTC
   * @param hour full hour, 0 to 23, UTC
   */
  public static weekly(weekday: Weekday, hour: number): Schedule {
    return new Schedule("weekly", hour, weekday);
  }

  /**
   * Once a month.
   *
   * @param dayOfMonth 1 to 28: every month has it
   * @param hour full hour, 0 to 23, UTC
   */
  public static monthly(dayOfMonth: number, hour: number): Schedule {
    checkInteger("Schedule.monthly(dayOfMonth)", dayOfMonth, { min: 1, max: 28, fix: "every month has these days" });
    return new Schedule("monthly", hour, undefined, dayOfMonth);
  }

  private constructor(
    /** `daily`, `weekly` or `monthly`. */
    public readonly frequency: string,
    /** Full hour, 0 to 23, UTC. */
    public readonly hour: number,
    /** The day of a weekly schedule. */
    public readonly weekday?: Weekday,
    /** The day of a monthly schedule, 1 to 28. */
    public readonly dayOfMonth?: number,
  ) {
    checkInteger(`Schedule.${frequency}(hour)`, hour, { min: 0, max: 23, fix: "give a full hour in UTC" });
  }
}
