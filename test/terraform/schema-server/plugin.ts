import { answered, type Answers } from "./answers";
import { check } from "./checks";
import { digest } from "./made-up/about";
import { settled } from "./made-up/settled";
import { planned, plannedState } from "./plan";
import { checkFeatures, checkId } from "./quirks";
import type { ProviderSchema, Schema } from "./schema";
import { CAPABILITIES } from "./schema-reply";
import { type ObjectShape, shapeOfBlock } from "./shape";
import { canonical } from "./values/canonical";
import { fromJson } from "./values/json";
import { fromWire, toWire, type Wire } from "./values/msgpack";
import { absentBlock, isObject, type ObjectValue, UNKNOWN, type Value } from "./values/value";

/** What the requests hold; each rpc sends some of it. */
export interface Request {
  readonly type_name: string;
  readonly id: string;
  readonly config: Wire | null;
  readonly prior_state: Wire | null;
  readonly proposed_new_state: Wire | null;
  readonly planned_state: Wire | null;
  readonly current_state: Wire | null;
  readonly raw_state: { readonly json: Uint8Array } | null;
  readonly private: Uint8Array;
  readonly prior_private: Uint8Array;
  readonly planned_private: Uint8Array;
}

type Kind = "resource" | "data";

/** A provider of which only the schema is known. It checks what the schema says, and makes up what a cloud would decide. */
export class Plugin {
  /** One method for each rpc. */
  public readonly calls: Readonly<Record<string, (request: Request) => object>>;
  private readonly shapes = new Map<string, ObjectShape>();
  private readonly twins = new Map<string, number>();
  private settings: ObjectValue = {};

  public constructor(
    private readonly address: string,
    private readonly schema: ProviderSchema,
    private readonly answers: Answers,
  ) {
    this.calls = {
      GetMetadata: () => ({
        server_capabilities: CAPABILITIES,
        resources: names(schema.resource_schemas),
        data_sources: names(schema.data_source_schemas),
      }),
      ValidateProviderConfig: ({ config }) => this.validateProvider(objectOf(config)),
      ValidateResourceConfig: ({ type_name, config }) => this.validateResource(type_name, objectOf(config)),
      ValidateDataResourceConfig: ({ type_name, config }) => ({
        diagnostics: [...check(objectOf(config), this.shape("data", type_name))],
      }),
      ConfigureProvider: ({ config }) => {
        this.settings = objectOf(config);
        return {};
      },
      UpgradeResourceState: ({ type_name, raw_state }) => {
        const json = JSON.parse(Buffer.from(raw_state?.json ?? []).toString());
        return { upgraded_state: toWire(fromJson(json, this.shape("resource", type_name))) };
      },
      ReadResource: ({ current_state, private: kept }) => ({ new_state: current_state, private: kept }),
      PlanResourceChange: ({ type_name, prior_state, proposed_new_state, prior_private }) => {
        const shape = this.shape("resource", type_name);
        const state = plannedState(fromWire(prior_state), fromWire(proposed_new_state), shape);
        return { planned_state: toWire(state), planned_private: prior_private };
      },
      ApplyResourceChange: ({ type_name, planned_state, planned_private }) => {
        const state = this.completed(fromWire(planned_state), this.shape("resource", type_name), type_name);
        return { new_state: toWire(state), private: planned_private };
      },
      ImportResourceState: ({ type_name, id }) => {
        const state = toWire(this.imported(type_name, id));
        return { imported_resources: [{ type_name, state }] };
      },
      ReadDataSource: ({ type_name, config }) => {
        const shape = this.shape("data", type_name);
        return { state: toWire(this.completed(planned(fromWire(config), shape), shape, `data.${type_name}`)) };
      },
      StopProvider: () => ({}),
    };
  }

  private shape(kind: Kind, type: string): ObjectShape {
    const { resource_schemas, data_source_schemas } = this.schema;
    const schema = (kind === "resource" ? resource_schemas : data_source_schemas)?.[type];
    if (!schema) throw new Error(`${this.address} has no ${kind} ${type} in the schema served`);
    const key = `${kind}.${type}`;
    const shape = this.shapes.get(key) ?? shapeOfBlock(schema.block);
    this.shapes.set(key, shape);
    return shape;
  }

  private validateProvider(config: ObjectValue): object {
    const shape = shapeOfBlock(this.schema.provider.block);
    return { diagnostics: [...check(config, shape), ...checkFeatures(this.address, config)] };
  }

  private validateResource(type: string, config: ObjectValue): object {
    const shape = this.shape("resource", type);
    return { diagnostics: [...check(config, shape), ...checkId(config, shape)] };
  }

  private completed(value: Value, shape: ObjectShape, type: string): Value {
    if (!isObject(value)) return value;
    const like = `${type} ${canonical(value, shape)}`;
    const root = digest(`${like} ${this.twin(type, like)}`);
    const config = answered(value, shape, type, this.answers);
    const maker = { type, root, seed: root, provider: this.address, settings: this.settings, config };
    return settled(config, shape, "", {}, maker);
  }

  /** Two resources with the same arguments are two. What is read twice is the same twice. */
  private twin(type: string, like: string): number {
    if (type.startsWith("data.")) return 0;
    const twin = this.twins.get(like) ?? 0;
    this.twins.set(like, twin + 1);
    return twin;
  }

  private imported(type: string, id: string): Value {
    const shape = this.shape("resource", type);
    const members = [...shape.fields].map(([name, field]): [string, Value] => {
      if (field.block) return [name, absentBlock(field)];
      if (name === "id") return [name, id];
      return [name, field.flags.computed ? UNKNOWN : null];
    });
    return this.completed(Object.fromEntries(members), shape, type);
  }
}

function objectOf(wire: Wire | null): ObjectValue {
  const value = fromWire(wire);
  return isObject(value) ? value : {};
}

const names = (all: Readonly<Record<string, Schema>> = {}) => Object.keys(all).map((type_name) => ({ type_name }));
