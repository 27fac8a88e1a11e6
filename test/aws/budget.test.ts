import { Budget } from "../../lib/aws";
import { NAMED } from "./parts";
import { synthesize } from "./synthesized";

const ALERTS = "arn:aws:sns:us-east-1:123456789012:flowers-alerts";

describe("aws.Budget", () => {
  test("warns at 50, 80 and 100 percent spent and at 100 percent forecast, of what carries the environment's tag", () => {
    const alone = synthesize((stack) => {
      new Budget(stack, "budget", { ...NAMED, monthlyUsd: 300, alertTopicArn: ALERTS });
    });
    expect(alone.types()).toEqual({ aws_budgets_budget: 1 });
    const at = (notification_type: string, threshold: number) => ({
      notification_type,
      threshold,
      threshold_type: "PERCENTAGE",
      comparison_operator: "GREATER_THAN",
      subscriber_sns_topic_arns: [ALERTS],
    });
    expect(alone.only("aws_budgets_budget")).toEqual({
      name: "flowers-us-east-1",
      budget_type: "COST",
      limit_amount: "300",
      limit_unit: "USD",
      time_unit: "MONTHLY",
      cost_filter: [{ name: "TagKeyValue", values: ["user:environment$flowers"] }],
      notification: [at("ACTUAL", 50), at("ACTUAL", 80), at("ACTUAL", 100), at("FORECASTED", 100)],
    });
  });

  test("takes cents", () => {
    const alone = synthesize((stack) => {
      new Budget(stack, "budget", { ...NAMED, monthlyUsd: 12.5, alertTopicArn: ALERTS });
    });
    expect(alone.only("aws_budgets_budget").limit_amount).toBe("12.5");
  });
});
