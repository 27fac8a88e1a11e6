import { createHash } from "crypto";
import { WAITING_ERROR } from "../core/placeholder";
import { HEALTH_PATH, READY_PATH } from "../core/workload-contract";

const SOURCE = `import json

WAITING = json.loads('${JSON.stringify(WAITING_ERROR)}')


def handler(event, context):
    if event.get("rawPath") in ("${HEALTH_PATH}", "${READY_PATH}"):
        return {"statusCode": 200, "body": json.dumps({"status": "waiting_for_image"})}
    return {"statusCode": 503, "headers": {"Content-Type": "application/json"}, "body": json.dumps(WAITING)}
`;

/** The placeholder of an endpoint on Lambda, as the zip that Lambda wants: made here, so that no file has to travel along. */
export function placeholderFunction(): { readonly zipBase64: string; readonly hash: string; readonly handler: string } {
  const zip = storedZip("index.py", Buffer.from(SOURCE));
  return {
    zipBase64: zip.toString("base64"),
    hash: createHash("sha256").update(zip).digest("base64"),
    handler: "index.handler",
  };
}

/**
 * A zip of one file that is not compressed: the same bytes for the same content, always.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT sections 4.3.7, 4.3.12 and 4.3.16
 */
function storedZip(fileName: string, content: Buffer): Buffer {
  const name = Buffer.from(fileName);
  // Version 2.0, no flags, stored, 1980-01-01 00:00, checksum, size twice, length of the name, no extra field.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE((1 << 5) | 1, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([signature("PK\x03\x04"), common, name, content]);

  const made = Buffer.alloc(2);
  // By Unix, so that the file can be readable by everyone.
  made.writeUInt16LE((3 << 8) | 20);
  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE(0o100644 * 2 ** 16, 6);
  const directory = Buffer.concat([signature("PK\x01\x02"), made, common, attributes, name]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, directory, signature("PK\x05\x06"), end]);
}

function signature(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
