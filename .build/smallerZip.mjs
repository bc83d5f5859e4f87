import { crc32, inflateRawSync } from "node:zlib";
import { deflateAsync } from "@gfx/zopfli";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;
/** Sizes stand before the data, not behind it. */
const WITHOUT_DESCRIPTOR = ~8;

/**
 * The same archive, each file packed as small as deflate can: people fetch it at every update, and it is packed once.
 * @param {Buffer} zip
 * @returns {Promise<Buffer>}
 * @throws {Error} for an archive that is damaged or of more than 65,534 files.
 */
export async function smallerZip(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error("The package is no archive.");
  const count = zip.readUInt16LE(end + 10);
  const locals = [];
  const centrals = [];
  let offset = 0;
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error("The package's list of files is damaged.");
    const names = zip.readUInt16LE(at + 28);
    const length = 46 + names + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const central = Buffer.from(zip.subarray(at, at + length));
    at += length;
    const data = await packed(zip, central);
    central.writeUInt16LE(central.readUInt16LE(8) & WITHOUT_DESCRIPTOR, 8);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(offset, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL, 0);
    // Version, flags, method, time, checksum and sizes: as the list has them.
    central.copy(local, 4, 6, 30);
    const name = central.subarray(46, 46 + names);
    locals.push(local, name, data);
    centrals.push(central);
    offset += local.length + name.length + data.length;
  }
  const list = Buffer.concat(centrals);
  const tail = Buffer.from(zip.subarray(end, end + 22));
  tail.writeUInt32LE(list.length, 12);
  tail.writeUInt32LE(offset, 16);
  tail.writeUInt16LE(0, 20);
  return Buffer.concat([...locals, list, tail]);
}

/**
 * The data of one file, packed anew where that is smaller.
 * @param {Buffer} zip
 * @param {Buffer} central Its entry in the list.
 */
async function packed(zip, central) {
  const place = central.readUInt32LE(42);
  const start = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
  const data = zip.subarray(start, start + central.readUInt32LE(20));
  if (central.readUInt16LE(10) !== DEFLATED) return data;
  const plain = inflateRawSync(data);
  if (crc32(plain) !== central.readUInt32LE(16)) throw new Error("A file of the package is damaged.");
  const smaller = Buffer.from(await deflateAsync(plain, { numiterations: 10 }));
  return smaller.length < data.length && inflateRawSync(smaller).equals(plain) ? smaller : data;
}
