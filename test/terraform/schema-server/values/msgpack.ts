import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";
import { Unknown, type Value } from "./value";

/** A value as the protocol carries it: Terraform sends msgpack, the state is JSON. */
export interface Wire {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

const PLAIN_UNKNOWN = 0;
const REFINED_UNKNOWN = 12;

const extensionCodec = new ExtensionCodec();
for (const type of [PLAIN_UNKNOWN, REFINED_UNKNOWN]) {
  extensionCodec.register({
    type,
    encode: (value) => (value instanceof Unknown && value.type === type ? value.data : null),
    decode: (data) => new Unknown(type, data.slice()),
  });
}
const OPTIONS = { extensionCodec, useBigInt64: true };

export function toWire(value: Value): Wire {
  return { msgpack: Buffer.from(encode(value, OPTIONS)) };
}

export function fromWire(wire: Wire | null | undefined): Value {
  if (wire?.msgpack?.length) return decode(wire.msgpack, OPTIONS) as Value;
  return wire?.json?.length ? (JSON.parse(Buffer.from(wire.json).toString()) as Value) : null;
}
