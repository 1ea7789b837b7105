import assert from "node:assert/strict";
import { test } from "node:test";
import { picture, zip } from "../../../support/dataset-files.ts";
import { read, refusal } from "../../../support/formats.ts";
import { hugePng } from "../../../support/pictures.ts";

test("an image is a sample, and the folder that it lies in its class", async () => {
  const files = [await picture(1), await picture(2, "jpeg"), await picture(3, "webp")];
  const [one, two, three] = files;
  if (one === undefined || two === undefined || three === undefined) throw new Error("no pictures");
  const packed = await zip({ "cats/": one, "cats/1.png": one, "dogs/2.jpg": two, "cats/3.webp": three });
  for (const pieceBytes of [1, 100, 100_000]) {
    const { head, labels, items } = await read("zip", packed, { pieceBytes });
    assert.deepEqual(head, { kind: "images", shape: null });
    assert.deepEqual(labels, ["cats", "dogs", "cats"]);
    assert.deepEqual(
      items.map((item) => Buffer.from(item)),
      files,
    );
  }
  assert.deepEqual((await read("zip", await zip({ "cats/1.png": one }, { compress: false }))).labels, ["cats"]);
});

test("a common folder on top, and deeper ones inside a class, do not count", async () => {
  const image = await picture(1);
  const labelsOf = async (...names: string[]) =>
    (await read("zip", await zip(Object.fromEntries(names.map((name) => [name, image]))))).labels.join();
  assert.equal(await labelsOf("pets/cats/1.png", "pets/dogs/1.png"), "cats,dogs");
  assert.equal(await labelsOf("home/pets/cats/1.png", "home/pets/dogs/1.png"), "cats,dogs");
  assert.equal(await labelsOf("pets/cats/1.png"), "cats");
  assert.equal(await labelsOf("cats/1.png", "cats/2.png"), "cats,cats");
  assert.equal(await labelsOf("cats/2020/1.png", "cats/2.png", "dogs/3.png"), "cats,cats,dogs");
  assert.equal(await labelsOf("./cats/1.png", "./dogs/2.png"), "cats,dogs");
  assert.equal(await labelsOf("train/cats/1.png", "train/dogs/1.png"), "cats,dogs");
  assert.equal(await labelsOf("train/1.png", "test/2.png"), "train,test", "classes may be called so");
});

test("what systems leave behind is not looked at", async () => {
  const image = await picture(1);
  const junk = Buffer.from("junk");
  const names = [
    "__MACOSX/cats/._1.png",
    ".DS_Store",
    "cats/.DS_Store",
    "cats/Thumbs.db",
    "dogs/desktop.ini",
    ".git/x",
  ];
  const packed = await zip({ "cats/1.png": image, ...Object.fromEntries(names.map((name) => [name, junk])) });
  assert.deepEqual((await read("zip", packed)).labels, ["cats"]);
});

test("a class keeps its name whatever wrote the file", async () => {
  const image = await picture(1);
  const decomposed = await zip({ "Ka\u0308tzchen/1.png": image });
  assert.deepEqual((await read("zip", decomposed)).labels, ["Kätzchen"]);
  // The flag that says UTF-8, in the entry's header and in the directory.
  const unflagged = Buffer.from(await zip({ "Kätzchen/1.png": image }));
  unflagged.writeUInt16LE(unflagged.readUInt16LE(6) & ~0x800, 6);
  const at = unflagged.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 8;
  unflagged.writeUInt16LE(unflagged.readUInt16LE(at) & ~0x800, at);
  assert.deepEqual((await read("zip", unflagged)).labels, ["Kätzchen"]);
});

/** The directory's entry of the first file, with some bytes changed. */
function changed(packed: Buffer, change: (entry: Buffer) => void): Buffer {
  const copy = Buffer.from(packed);
  change(copy.subarray(copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))));
  return copy;
}

test("what is wrong is told with the entry", async () => {
  const image = await picture(1);
  const told = async (entries: Record<string, Uint8Array>, how = {}) =>
    (await refusal("zip", await zip(entries), how)).message;
  assert.equal(
    await told({ "cats/1.png": image, "2.png": image }),
    '"2.png": lies in no folder; a folder\'s name is the class of what lies in it',
  );
  assert.equal(await told({ "cats/notes.txt": Buffer.from("x") }), '"cats/notes.txt": is no PNG, JPEG or WebP image');
  assert.equal(await told({ "cats/1.png": new Uint8Array(0), "cats/2.png": image }), '"cats/1.png": is empty');
  assert.match(await told({ "cats/1.png": image.subarray(0, -30) }), /^"cats\/1.png": cannot be decoded: /);
  assert.equal(await told({ "cats/1.png": hugePng(8000) }), '"cats/1.png": has more than 50,000,000 pixels');
  assert.equal(
    await told({ "cats/1.png": Buffer.alloc(16 * 1024 * 1024 + 1) }),
    '"cats/1.png": has 16777217 bytes, at most 16777216 are allowed',
  );
  assert.equal(
    await told({ [`${"x".repeat(257)}/1.png`]: image }),
    `"${"x".repeat(60)}…": the label "${"x".repeat(60)}…" has more than 256 characters`,
  );
  assert.equal(
    await told({ "a\u0007/1.png": image }),
    '"a\\u0007/1.png": the label "a\\u0007" is blank or has control characters',
  );
  assert.equal(
    await told({ "train/cats/1.png": image, "test/cats/1.png": image }),
    'The zip file has the folders "train", "test"; make a zip file of each of them.',
  );
  assert.equal(await told({ "cats/": image }), "The zip file has no images.");
  assert.equal(
    await told({ "cats/1.png": image }, { shape: [1, 1, 1] }),
    "?shape goes with features, the file has images",
  );
  const { message, pointers } = await refusal(
    "zip",
    await zip({ "a/1": image, "b/2": Buffer.from("x"), "c/3": Buffer.from("y") }),
  );
  assert.equal(message, '"b/2": is no PNG, JPEG or WebP image (errors names 1 more)');
  assert.deepEqual(pointers, ["#/entry/b~12", "#/entry/c~13"]);
});

test("what would be dangerous to unpack is refused", async () => {
  const image = await picture(1);
  const packed = await zip({ "cats/1.png": image });
  const told = async (file: Uint8Array, how = {}) => (await refusal("zip", file, how)).message;
  assert.equal(await told(changed(packed, (entry) => entry.writeUInt16LE(1, 8))), '"cats/1.png": is encrypted');
  assert.equal(
    await told(changed(packed, (entry) => entry.writeUInt16LE(12, 10))),
    '"cats/1.png": is packed by method 12, not by deflate',
  );
  assert.equal(
    await told(changed(packed, (entry) => entry.write("../x/1.png", 46))),
    'The zip file\'s entry "../x/1.png" leads out of it.',
  );
  assert.equal(
    await told(changed(packed, (entry) => entry.write("/bin/1.png", 46))),
    'The zip file\'s entry "/bin/1.png" leads out of it.',
  );
  assert.equal(
    await told(changed(packed, (entry) => entry.writeUInt32LE((entry.readUInt32LE(16) ^ 1) >>> 0, 16))),
    '"cats/1.png": is damaged: its check sum is another',
  );
  for (const size of [image.length - 1, image.length + 1]) {
    assert.match(
      await told(changed(packed, (entry) => entry.writeUInt32LE(size, 24))),
      /^"cats\/1.png": cannot be unpacked: /,
    );
  }
  const bomb = await zip({ "cats/1.png": Buffer.alloc(3_000_000), "cats/2.png": Buffer.alloc(3_000_000) });
  assert.equal((await refusal("zip", bomb, { maxBytes: 5_000_000 })).code, "body-too-large");
  assert.equal((await refusal("zip", packed, { maxBytes: 50 })).code, "body-too-large");
});

test("a file that is cut off, or is no zip file, is told", async () => {
  const packed = await zip({ "cats/1.png": await picture(1) });
  for (const end of [0, 10, packed.length - 30, packed.length - 1]) {
    const { code, message } = await refusal("zip", packed.subarray(0, end));
    assert.deepEqual([code, message.slice(0, 32)], ["dataset-invalid", "The zip file cannot be read: End"], `${end}`);
  }
  const beheaded = packed.subarray(10);
  assert.match((await refusal("zip", beheaded)).message, /^The zip file cannot be read: /);
});

test("more entries than a dataset may have samples are refused before they are looked at", async () => {
  const packed = await zip({ "cats/1.png": await picture(1) }, { forceZip64Format: true });
  // How many there are: twice in the end record of zip64.
  const end = packed.indexOf(Buffer.from([0x50, 0x4b, 6, 6]));
  if (end < 0) throw new Error("no zip64");
  packed.writeBigUInt64LE(5_000_000n, end + 24);
  packed.writeBigUInt64LE(5_000_000n, end + 32);
  assert.equal(
    (await refusal("zip", packed)).message,
    "The zip file has 5000000 entries, at most 4000000 are allowed.",
  );
});

test("a zip64 file is read", async () => {
  const packed = await zip({ "cats/1.png": await picture(1) }, { forceZip64Format: true });
  assert.deepEqual((await read("zip", packed)).labels, ["cats"]);
});
