import { Environment, EnvironmentProps } from "../../lib/aws";
import { Accelerator, EndpointAccess, Purchase } from "../../lib/core";
import { warningsOf } from "../../stacks/report";
import { synthesize } from "./synthesized";
import { QUICKSTART } from "./variants";

function warnings(props: Partial<EnvironmentProps> = {}): string[] {
  let given: string[] = [];
  synthesize((stack) => {
    given = warningsOf(new Environment(stack, "environment", { ...QUICKSTART, ...props }));
  });
  return given;
}

const ROLES =
  "the first deployment in an account creates service-linked roles (Batch, ECS, Auto Scaling, ELB, API Gateway): " +
  "whoever deploys needs iam:CreateServiceLinkedRole";
const quota = (who: string, vcpus: number, type: string, code: string, has: number): string =>
  `${who} needs ${vcpus} vCPUs (${type}) of EC2 quota ${code} in us-east-1; a new account has ${has}, and without them it waits: ` +
  "ask for more under Service Quotas";
const T4 = quota("training", 4, "g4dn.xlarge", "L-DB2E81BA", 0);
const LAMBDA =
  "a new account runs 10 to 50 Lambda instances at once (quota L-B99A9384): callers above that get 503 until it is raised";
const INDEX =
  "Lambda refuses an image index, which docker buildx pushes by default: build with " +
  "--platform linux/amd64 --provenance=false --sbom=false";

describe("warnings of an environment on AWS", () => {
  test.each<{ asked: string; props: Partial<EnvironmentProps>; said: string[] }>([
    { asked: "nothing special", props: {}, said: [ROLES, T4, LAMBDA] },
    { asked: "an image on Lambda", props: { imageTag: "v1" }, said: [ROLES, T4, LAMBDA, INDEX] },
    { asked: "2.9 GiB on Lambda", props: { inference: { memoryGib: 2.9 } }, said: [ROLES, T4, LAMBDA] },
    {
      asked: "3 GiB on Lambda",
      props: { inference: { memoryGib: 3 } },
      said: [
        ROLES,
        T4,
        LAMBDA,
        "a new account gets 3008 MB for a Lambda function, inference.memoryGib asks for 3 GiB: " +
          "leave it unset, or have support lift the limit first",
      ],
    },
    {
      asked: "spot machines",
      props: { training: { purchase: Purchase.spot(), maxConcurrentRuns: 3 } },
      said: [ROLES, quota("training", 12, "g4dn.xlarge", "L-3819A6DF", 0), LAMBDA],
    },
    {
      asked: "spot machines that fall back on others",
      props: { training: { purchase: Purchase.spot() }, spotFallback: true },
      said: [
        ROLES,
        quota("training", 4, "g4dn.xlarge", "L-3819A6DF", 0),
        quota("training without spot capacity", 4, "g4dn.xlarge", "L-DB2E81BA", 0),
        LAMBDA,
      ],
    },
    { asked: "small CPU machines", props: { training: { accelerator: Accelerator.NONE } }, said: [ROLES, LAMBDA] },
    {
      asked: "large CPU machines",
      props: { training: { machineType: "c7i.2xlarge" } },
      said: [ROLES, quota("training", 8, "c7i.2xlarge", "L-1216C47A", 5), LAMBDA],
    },
    {
      asked: "two nodes with H100",
      props: { training: { accelerator: Accelerator.H100, nodes: 2 } },
      said: [ROLES, quota("training", 32, "p5.4xlarge", "L-417A185B", 0), LAMBDA],
    },
    { asked: "three Fargate replicas", props: { inference: { minReplicas: 1, maxReplicas: 3 } }, said: [ROLES, T4] },
    {
      asked: "four Fargate replicas",
      props: { inference: { minReplicas: 1 } },
      said: [
        ROLES,
        T4,
        "4 replicas need 8 vCPUs of quota L-3032A538 (Fargate on-demand) in us-east-1; a new account has 6",
      ],
    },
    {
      asked: "a GPU endpoint",
      props: { inference: { accelerator: Accelerator.L4, maxReplicas: 2 } },
      said: [ROLES, T4, quota("the GPU endpoint", 12, "g6.xlarge", "L-DB2E81BA", 0)],
    },
    { asked: "an account that is not new", props: { freshAccount: false }, said: [] },
    {
      asked: "no address to write to",
      props: { observability: undefined, freshAccount: false },
      said: ["observability.alertEmails is empty: alarms and failed runs are recorded, but nobody is written to"],
    },
    {
      asked: "a private network before the first image",
      props: { privateNetwork: true, freshAccount: false },
      said: [
        "privateNetwork without imageTag: the placeholder image is on a public registry that the network cannot reach, " +
          "so the endpoint answers 503 until an image is pushed and imageTag is set",
      ],
    },
    {
      asked: "vCPUs on Lambda",
      props: { inference: { vcpus: 4 }, freshAccount: false },
      said: [
        "inference.vcpus has no effect with minReplicas 0: AWS Lambda gives vCPUs with memory, one for each 1769 MB",
      ],
    },
  ])("say what a deployment needs that asks for $asked", ({ props, said }) => {
    expect(warnings(props)).toEqual(said);
  });

  test("leave a private function alone, whose placeholder needs no registry", () => {
    const inference = { access: EndpointAccess.apiKey(), minReplicas: 0 };
    expect(warnings({ privateNetwork: true, inference, freshAccount: false })).toEqual([]);
  });
});
