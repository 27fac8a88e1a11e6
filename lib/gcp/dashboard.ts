import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { chartsOf } from "./metrics";

export interface DashboardProps {
  readonly project: string;
  readonly name: string;
  readonly serviceName?: string;
  readonly workflowName?: string;
  readonly dependsOn?: ITerraformDependable[];
}

/** One page that answers: is the endpoint well, does training make progress, is what is paid for busy. */
export class Dashboard extends Construct {
  public readonly dashboardId: string;

  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const tiles = chartsOf(props.serviceName, props.workflowName).map(({ title, query }, i) => ({
      width: WIDTH,
      height: HEIGHT,
      // The API drops zeros, and a plan would then change them for ever.
      ...(i % 2 === 0 ? {} : { xPos: WIDTH }),
      ...(i < 2 ? {} : { yPos: HEIGHT * Math.floor(i / 2) }),
      widget: {
        title,
        xyChart: { dataSets: [{ plotType: "LINE", timeSeriesQuery: { prometheusQuery: query } }] },
      },
    }));
    this.dashboardId = new MonitoringDashboard(this, "Resource", {
      project: props.project,
      dashboardJson: JSON.stringify({ displayName: props.name, mosaicLayout: { columns: 2 * WIDTH, tiles } }),
      dependsOn: props.dependsOn,
    }).id;
  }
}

const WIDTH = 24;
const HEIGHT = 16;
