/** The icon of the origin: a door, drawn here as a 32 × 32 bitmap in an ICO file (no binary in the tree). */

const SIZE = 32
const INK = [0xd8, 0x4e, 0x1d, 0xff] // BGRA of the pages' accent
const CLEAR = [0, 0, 0, 0]

/** Frame, open doorway, and a knob; true is ink. */
function isInk(x: number, y: number): boolean {
  const frame = x >= 5 && x <= 26 && y >= 2 && y <= 29
  const doorway = x >= 8 && x <= 23 && y >= 5
  const leaf = x >= 8 && x <= 18 && y <= 29
  const knob = x >= 15 && x <= 16 && y >= 16 && y <= 18
  return frame && (!doorway || (leaf && !knob))
}

function bitmap(): Buffer {
  const header = Buffer.alloc(40)
  header.writeUInt32LE(40, 0)
  header.writeInt32LE(SIZE, 4)
  header.writeInt32LE(SIZE * 2, 8) // colour and mask stand one above the other
  header.writeUInt16LE(1, 12)
  header.writeUInt16LE(32, 14)
  const pixels: number[] = []
  for (let y = SIZE - 1; y >= 0; y--) {
    for (let x = 0; x < SIZE; x++) pixels.push(...(isInk(x, y) ? INK : CLEAR))
  }
  return Buffer.concat([header, Buffer.from(pixels), Buffer.alloc((SIZE * SIZE) / 8)])
}

function icon(image: Buffer): Buffer {
  const directory = Buffer.alloc(22)
  directory.writeUInt16LE(1, 2) // an icon
  directory.writeUInt16LE(1, 4) // with one image
  directory.writeUInt8(SIZE, 6)
  directory.writeUInt8(SIZE, 7)
  directory.writeUInt16LE(1, 10)
  directory.writeUInt16LE(32, 12)
  directory.writeUInt32LE(image.length, 14)
  directory.writeUInt32LE(directory.length, 18)
  return Buffer.concat([directory, image])
}

export const favicon: Buffer = icon(bitmap())
