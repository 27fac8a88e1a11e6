import { Construct, IConstruct } from "constructs";
import { CapabilitySupport } from "./capability";
import { EnvironmentOutputs } from "./environment-outputs";
import { EnvironmentProps } from "./environment-props";
import { Machine } from "./machine";
import { checkEnvironmentName, checkImageTag } from "./resource-names";

/** An environment on any cloud. */
export interface IEnvironment extends IConstruct {
  /** What the environment is called. */
  readonly name: string;
  /** Addresses and commands to use it with. */
  readonly outputs: EnvironmentOutputs;
  /** What one training node is. */
  readonly trainingMachine: Machine;
  /** What one replica of the endpoint is. */
  readonly inferenceMachine: Machine;
  /** What this cloud keeps of the promises that every environment makes. */
  readonly capabilities: CapabilitySupport[];
}

/**
 * What the environments of all clouds have in common.
 *
 * @internal
 */
export abstract class EnvironmentBase extends Construct implements IEnvironment {
  public readonly name: string;
  public abstract readonly outputs: EnvironmentOutputs;
  public abstract readonly trainingMachine: Machine;
  public abstract readonly inferenceMachine: Machine;
  public abstract readonly capabilities: CapabilitySupport[];

  protected constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id);
    checkEnvironmentName(props.name);
    checkImageTag(props.imageTag);
    this.name = props.name;
  }
}
