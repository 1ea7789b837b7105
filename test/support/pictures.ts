// Pictures that are not what they say.

import { deflateSync } from "node:zlib";

/** A PNG that says it has `side` × `side` pixels, and has a few rows of zeros, packed. */
export function hugePng(side: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const rows = deflateSync(Buffer.alloc(3 * side + 1));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

/** A lossless WebP that says it has `side` × `side` pixels; of one colour, for that it needs no more than it had. */
export function swollenWebp(webp: Buffer, side: number): Buffer {
  const at = webp.indexOf("VP8L") + 9;
  const swollen = Buffer.from(webp);
  // Width and height less one, of 14 bits each, before 4 bits of other things.
  swollen.writeUInt32LE(((webp.readUInt32LE(at) & 0xf0000000) | ((side - 1) << 14) | (side - 1)) >>> 0, at);
  return swollen;
}
