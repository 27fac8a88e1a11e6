import { EndpointAccess } from "../../lib/core";
import { inference } from "./parts";
import { variant } from "./shared";
import { Synthesized, synthesize } from "./synthesized";

const PRIVATE = [
  "private",
  "private with a public front door on lambda",
  "private on gpu and several nodes",
  "bring your own private network",
];

/** Where traffic may go, as `group: target port to port`, other groups and the group itself aside. */
const waysOut = (synthesized: Synthesized): string[] =>
  synthesized
    .list("aws_vpc_security_group_egress_rule")
    .filter((rule) => rule.referenced_security_group_id === undefined)
    .map(({ security_group_id: from, cidr_ipv4: block, prefix_list_id: list, from_port: first, to_port: last }) => {
      return `${from}: ${block ?? list} ${first} to ${last}`;
    });
const group = (id: string): string => `\${aws_security_group.environment_${id}.id}`;
const bounded = (ids: string[], cidr: string, prefixList: (id: string) => string): string[] =>
  ids.flatMap((id) => [prefixList(id), cidr].map((target) => `${group(id)}: ${target} 443 to 443`));

describe("privateNetwork on AWS", () => {
  test.each(PRIVATE)("has no internet gateway, no NAT gateway, no public subnet and no route: %s", (name) => {
    const synthesized = variant(name);
    for (const type of ["aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route"]) {
      expect(synthesized.all(type)).toEqual({});
    }
    for (const subnet of synthesized.list("aws_subnet")) expect(subnet.map_public_ip_on_launch).toBe(false);
    for (const service of synthesized.list("aws_ecs_service")) {
      expect(service.network_configuration).toMatchObject({ assign_public_ip: false });
    }
  });

  const own = (): string => "${aws_vpc_endpoint.environment_network_s3.prefix_list_id}";
  test.each([
    { name: "private", ids: ["inference_service_tasks", "training_nodes"] },
    { name: "private with a public front door on lambda", ids: ["inference_function_group", "training_nodes"] },
    {
      name: "private on gpu and several nodes",
      ids: ["inference_service_hosts_group", "inference_service_tasks", "training_nodes"],
    },
  ])("lets compute reach the VPC and S3 and nothing else: $name", ({ name, ids }) => {
    expect(waysOut(variant(name))).toEqual(bounded(ids, "10.40.0.0/16", own));
  });

  test("bounds compute in a network that is brought along by that network's block, and looks S3 up", () => {
    const brought = variant("bring your own private network");
    const ids = ["inference_service_tasks", "training_nodes"];
    const lookedUp = (id: string): string => `\${data.aws_prefix_list.environment_${id}_s3.id}`;
    expect(waysOut(brought)).toEqual(bounded(ids, "10.0.0.0/16", lookedUp));
    expect(Object.values(brought.data.aws_prefix_list)).toEqual([
      { name: "com.amazonaws.us-east-1.s3" },
      { name: "com.amazonaws.us-east-1.s3" },
    ]);
  });

  test("keeps the endpoint inside unless access says otherwise", () => {
    expect(variant("private").all("aws_apigatewayv2_api")).toEqual({});
    expect(variant("private").all("aws_secretsmanager_secret")).toEqual({});
    const frontDoor = variant("private with a public front door on lambda");
    expect(frontDoor.only("aws_apigatewayv2_api")).toMatchObject({ name: "flowers", protocol_type: "HTTP" });
    expect(frontDoor.list("aws_vpc_security_group_ingress_rule").map(({ description }) => description)).toEqual([
      "TLS from the VPC",
    ]);
  });

  test("runs the function inside, in a group that waits for its interfaces to go", () => {
    const inside = variant("private with a public front door on lambda");
    expect(inside.only("aws_lambda_function").vpc_config).toEqual({
      subnet_ids: ["${aws_subnet.environment_network_private-0.id}", "${aws_subnet.environment_network_private-1.id}"],
      security_group_ids: [group("inference_function_group")],
    });
    expect(inside.one("aws_security_group", "environment_inference_function_group")).toMatchObject({
      name: "flowers-function",
      description: "Inference function",
      timeouts: { delete: "45m" },
    });
  });

  test("keeps the placeholder function outside, since it needs nothing from inside", () => {
    const waiting = synthesize((stack) => {
      inference(stack, { privateNetwork: true, minReplicas: 0, access: EndpointAccess.apiKey() });
    });
    expect(waiting.only("aws_lambda_function")).not.toHaveProperty("vpc_config");
  });

  test("replaces a security group only after the new one stands in", () => {
    for (const one of variant("private on gpu and several nodes").list("aws_security_group")) {
      expect(one.lifecycle).toEqual({ create_before_destroy: true });
    }
  });
});
