import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import * as aws from "../../../lib/aws";
import { Variables, WrittenStack } from "../../written";
import { Asked } from "./refused";

export { Json, readJson } from "../../written";

/** An environment of which Terraform knows a part only later, as it reads it. */
export class Written extends WrittenStack {
  public constructor(asked: (variable: Variables) => Asked) {
    super((stack, variable) => {
      new AwsProvider(stack, "aws", { region: "us-east-1" });
      new aws.Environment(stack, "environment", { name: "flowers", region: "us-east-1", ...asked(variable) });
    });
  }
}
