import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import { Construct } from "constructs";
import { divideDown, multiply } from "../core/arithmetic";

export interface ReplicaScalingProps {
  readonly name: string;
  readonly clusterName: string;
  readonly serviceName: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly concurrency: number;
  readonly latencyP95Ms: number;
  /** `<load balancer>/<target group>`, as CloudWatch labels them. */
  readonly resourceLabel: string;
  /** Also keep the CPU below 70 %: for replicas that compute on it. */
  readonly onCpu: boolean;
}

/** More replicas when each has more to do than `concurrency` requests in flight, fewer after five quiet minutes. */
export class ReplicaScaling extends Construct {
  public constructor(scope: Construct, id: string, props: ReplicaScalingProps) {
    super(scope, id);
    const target = new AppautoscalingTarget(this, "Resource", {
      serviceNamespace: "ecs",
      resourceId: `service/${props.clusterName}/${props.serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: props.minReplicas,
      maxCapacity: props.maxReplicas,
    });
    const track = (
      suffix: string,
      targetValue: number,
      metric: { predefinedMetricType: string; resourceLabel?: string },
    ) =>
      new AppautoscalingPolicy(this, suffix, {
        name: `${props.name}-${suffix}`,
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        resourceId: target.resourceId,
        scalableDimension: target.scalableDimension,
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          scaleInCooldown: 300,
          scaleOutCooldown: 60,
          predefinedMetricSpecification: metric,
        },
      });
    // Little's law: `concurrency` requests in flight at the promised latency, as requests a minute and replica.
    track("requests", divideDown(multiply(props.concurrency, 60_000), props.latencyP95Ms), {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: props.resourceLabel,
    });
    if (props.onCpu) track("cpu", 70, { predefinedMetricType: "ECSServiceAverageCPUUtilization" });
  }
}
