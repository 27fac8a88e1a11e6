import { Inference } from "./inference";
import { Training } from "./training";

/** Filters of Cloud Logging by where lines come from. */
export interface LogFilters {
  readonly serve?: string;
  readonly train?: string;
  readonly workflow?: string;
}

export function logFilters(serviceName: string | undefined, workflowName: string | undefined): LogFilters {
  return {
    ...(serviceName === undefined
      ? {}
      : { serve: `resource.type="cloud_run_revision" AND resource.labels.service_name="${serviceName}"` }),
    ...(workflowName === undefined
      ? {}
      : {
          // A job's lines carry no environment: two environments in a project see each other's.
          train: `resource.type="ml_job"`,
          workflow: `resource.type="workflows.googleapis.com/Workflow" AND resource.labels.workflow_id="${workflowName}"`,
        }),
  };
}

// Metrics in PromQL: the first "/" becomes ":", other "/" and "." become "_", distributions get "_bucket".
// https://cloud.google.com/monitoring/promql/promql-mapping
const REQUESTS = "run_googleapis_com:request_count";
const LATENCIES = "run_googleapis_com:request_latencies_bucket";
const EXECUTIONS = "workflows_googleapis_com:finished_execution_count";
const ACCELERATOR_USE = "ml_googleapis_com:training_accelerator_utilization";
const CPU_USE = "ml_googleapis_com:training_cpu_utilization";
const ANY_JOB = 'monitored_resource="cloudml_job"';

const ofService = (name: string, more = ""): string =>
  `{monitored_resource="cloud_run_revision",service_name="${name}"${more}}`;
const ofWorkflow = (name: string, more = ""): string =>
  `{monitored_resource="workflows.googleapis.com/Workflow",workflow_id="${name}"${more}}`;

function latencyP95(serviceName: string): string {
  return `histogram_quantile(0.95, sum by (le) (rate(${LATENCIES}${ofService(serviceName)}[5m])))`;
}

export interface Alert {
  readonly id: string;
  readonly severity: string;
  /** For how long the query must hold. */
  readonly duration: string;
  readonly query: string;
  readonly text: string;
}

export interface Watched {
  readonly project: string;
  readonly region: string;
  readonly inference?: Inference;
  readonly training?: Training;
  readonly latencyP95Ms: number;
  readonly errorRatePercent: number;
}

export function alertsOf({ project, region, inference, training, latencyP95Ms, errorRatePercent }: Watched): Alert[] {
  return [
    ...(inference ? ofEndpoint(inference.serviceName) : []),
    ...(training ? ofTraining(training.workflowName) : []),
  ];

  function ofEndpoint(service: string): Alert[] {
    const failed = `sum(rate(${REQUESTS}${ofService(service, ',response_code_class="5xx"')}[5m]))`;
    return [
      {
        id: "latency",
        severity: "WARNING",
        duration: "300s",
        query: `${latencyP95(service)} > ${latencyP95Ms}`,
        text: `95th percentile of the endpoint's latency is over ${latencyP95Ms} ms for 5 minutes.`,
      },
      {
        id: "errors",
        severity: "CRITICAL",
        duration: "300s",
        query: `100 * ${failed} / sum(rate(${REQUESTS}${ofService(service)}[5m])) > ${errorRatePercent}`,
        text: `More than ${errorRatePercent} % of requests fail with 5xx for 5 minutes.`,
      },
    ];
  }

  function ofTraining(workflow: string): Alert[] {
    return [
      {
        id: "training",
        severity: "ERROR",
        duration: "0s",
        query: `sum(increase(${EXECUTIONS}${ofWorkflow(workflow, ',status="FAILED"')}[10m])) > 0`,
        text: `A training run failed. Its execution says why: gcloud workflows executions list ${workflow} --location=${region} --project=${project}`,
      },
      {
        id: "gpu-idle",
        severity: "WARNING",
        duration: "1800s",
        query: `avg(avg_over_time(${ACCELERATOR_USE}{${ANY_JOB}}[30m])) < 0.1`,
        text: "A training job holds accelerators that are less than 10 % busy for 30 minutes.",
      },
    ];
  }
}

export interface Chart {
  readonly title: string;
  readonly query: string;
}

export function chartsOf(serviceName: string | undefined, workflowName: string | undefined): Chart[] {
  const endpoint = (service: string): Chart[] => [
    { title: "Endpoint latency, p95 (ms)", query: latencyP95(service) },
    {
      title: "Requests per second, by class",
      query: `sum by (response_code_class) (rate(${REQUESTS}${ofService(service)}[5m]))`,
    },
    {
      title: "Endpoint instances",
      query: `sum by (state) (run_googleapis_com:container_instance_count${ofService(service)})`,
    },
  ];
  const training = (workflow: string): Chart[] => [
    {
      title: "Training runs finished per day",
      query: `sum by (status) (increase(${EXECUTIONS}${ofWorkflow(workflow)}[1d]))`,
    },
    { title: "Training accelerator utilization", query: `avg by (job_id) (${ACCELERATOR_USE}{${ANY_JOB}})` },
    { title: "Training CPU utilization", query: `avg by (job_id) (${CPU_USE}{${ANY_JOB}})` },
  ];
  return [
    ...(serviceName === undefined ? [] : endpoint(serviceName)),
    ...(workflowName === undefined ? [] : training(workflowName)),
  ];
}
