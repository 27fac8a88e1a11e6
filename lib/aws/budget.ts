import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { asText } from "../core/arithmetic";
import { BudgetProps as PortableBudgetProps } from "../core/environment-props";
import { checkEnvironmentName } from "../core/resource-names";
import { checkNumber } from "../core/validation";
import { checkRegion } from "./checks";

/** What a `Budget` is made from. */
export interface BudgetProps extends PortableBudgetProps {
  /** The environment's name: what carries the tag `environment=<name>` is counted. */
  readonly name: string;

  /** The environment's region, which is in the budget's name. */
  readonly region: string;

  /** ARN of the SNS topic that is written to; its policy lets AWS Budgets publish. */
  readonly alertTopicArn: string;
}

/**
 * Warnings when the month's costs reach 50, 80 and 100 percent of a limit, or are forecast to. It stops nothing.
 *
 * AWS counts a tag only once it is activated for cost allocation: 24 hours after its first use, in an organization by
 * the management account. A forecast needs about five weeks of costs.
 */
export class Budget extends Construct {
  public constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkRegion(props.region);
    checkNumber("budget.monthlyUsd", props.monthlyUsd, {
      min: 0.01,
      max: 1_000_000_000,
      fix: "leave budget unset for none",
    });
    new BudgetsBudget(this, "Resource", {
      name: `${props.name}-${props.region}`,
      budgetType: "COST",
      limitAmount: asText(props.monthlyUsd),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      costFilter: [{ name: "TagKeyValue", values: [tagFilter("environment", props.name)] }],
      notification: THRESHOLDS.map(([notificationType, threshold]) => ({
        comparisonOperator: "GREATER_THAN",
        threshold,
        thresholdType: "PERCENTAGE",
        notificationType,
        subscriberSnsTopicArns: [props.alertTopicArn],
      })),
    });
  }
}

/** "$" between key and value is how AWS Budgets spells a tag. Before a token, Terraform would take it for an escape. */
function tagFilter(key: string, value: string): string {
  return Token.isUnresolved(value) ? Fn.join("$", [`user:${key}`, value]) : `user:${key}$${value}`;
}

const THRESHOLDS: [string, number][] = [
  ["ACTUAL", 50],
  ["ACTUAL", 80],
  ["ACTUAL", 100],
  ["FORECASTED", 100],
];
