import { BillingBudget } from "@cdktf/provider-google/lib/billing-budget";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { asText, roundDown } from "../core/arithmetic";
import { BudgetProps as PortableBudgetProps } from "../core/environment-props";
import { mustBe } from "../core/errors";
import { checkEnvironmentName } from "../core/resource-names";
import { checkInteger, checkMonthlyUsd, checkPattern } from "../core/validation";
import { checkProjectNumber } from "./checks";
import { ProjectServices } from "./project-services";

/** What a `Budget` is made from. */
export interface BudgetProps extends PortableBudgetProps {
  /** The environment's name. */
  readonly name: string;

  /** Number of the project, all of which is counted. */
  readonly projectNumber: string;

  /** Id of the billing account that pays for the project: `012345-6789AB-CDEF01`. */
  readonly billingAccount?: string;

  /**
   * The billing account's currency; the API refuses another.
   *
   * @default USD
   */
  readonly currency?: string;

  /**
   * Ids of notification channels to write to, besides the billing account's administrators. The first five count.
   *
   * @default - none
   */
  readonly notificationChannelIds?: string[];

  /**
   * The APIs of the project; `billingbudgets` is one of `more`.
   *
   * @default - they are on already
   */
  readonly services?: ProjectServices;
}

/** Warnings when the month's costs of the project reach 50, 80 and 100 percent of a limit, or are forecast to. It stops nothing. */
export class Budget extends Construct {
  public constructor(scope: Construct, id: string, props: BudgetProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkProjectNumber(props.projectNumber);
    checkMonthlyUsd(props.monthlyUsd);
    const whole = { min: 1, max: 1_000_000_000, fix: "Google Cloud counts whole units of a currency" };
    checkInteger("budget.monthlyUsd", props.monthlyUsd, whole);
    checkBilling(props);
    const channels = props.notificationChannelIds ?? [];
    const firstFive = Token.isUnresolved(channels)
      ? Fn.slice(channels, 0, Token.asNumber(Fn.min([5, Fn.lengthOf(channels)])))
      : channels.slice(0, 5);
    new BillingBudget(this, "Resource", {
      billingAccount: props.billingAccount ?? "",
      displayName: `${props.name} budget`,
      budgetFilter: {
        projects: [`projects/${props.projectNumber}`],
        calendarPeriod: "MONTH",
        creditTypesTreatment: "INCLUDE_ALL_CREDITS",
      },
      amount: {
        specifiedAmount: { currencyCode: props.currency ?? "USD", units: asText(roundDown(props.monthlyUsd)) },
      },
      thresholdRules: THRESHOLDS.map(([spendBasis, thresholdPercent]) => ({ spendBasis, thresholdPercent })),
      allUpdatesRule:
        channels.length === 0
          ? undefined
          : { monitoringNotificationChannels: firstFive, disableDefaultIamRecipients: false },
      dependsOn: props.services?.moreReady,
    });
  }
}

const THRESHOLDS: [string, number][] = [
  ["CURRENT_SPEND", 0.5],
  ["CURRENT_SPEND", 0.8],
  ["CURRENT_SPEND", 1],
  ["FORECASTED_SPEND", 1],
];

function checkBilling({ billingAccount, currency }: BudgetProps): void {
  const fix = "gcloud billing projects describe <project> says it";
  if (billingAccount === undefined) throw mustBe("billingAccount", "given with a budget", undefined, fix);
  const id = /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/;
  checkPattern("billingAccount", billingAccount, id, "the id of a billing account, such as 012345-6789AB-CDEF01", fix);
  checkPattern(
    "budgetCurrency",
    currency,
    /^[A-Z]{3}$/,
    "three capital letters, such as USD",
    "it is the billing account's",
  );
}
