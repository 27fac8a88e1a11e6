/** The CloudWatch namespace of an environment's own metrics, which the container writes as log lines. */
export function metricsNamespace(name: string): string {
  return `pytorch-vision/${name}`;
}

/** What CloudWatch knows of an endpoint: the load balancer measures ECS services, the HTTP API measures functions. */
export interface EndpointMetrics {
  readonly namespace: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly requests: string;
  readonly errors: string;
  /** Requests that were refused before they were counted: without a healthy target a load balancer answers by itself. */
  readonly refused?: string;
  readonly latency: string;
  /** How many milliseconds the latency's unit is. */
  readonly latencyUnitMs: number;
  /** Dimension values of the replicas' health; unset where there are no replicas to be ill. */
  readonly targetGroup?: string;
  /** Names of cluster and service, for their use of CPU and memory. */
  readonly service?: { readonly cluster: string; readonly name: string };
}
