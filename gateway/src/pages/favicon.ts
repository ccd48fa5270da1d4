/** The icon of the origin (C59): an open door, drawn here in three sizes as an ICO file, so that the tree holds no binary. */

const SIZES = [16, 32, 48]
/** Points a pixel is asked at, along each side: smooth edges. */
const SAMPLES = 4

type Colour = readonly [blue: number, green: number, red: number]
const WALL: Colour = [0xd8, 0x4e, 0x1d] // the accent of the pages
const DOORWAY: Colour = [0xff, 0xc0, 0x96]
const LEAF: Colour = [0xff, 0xff, 0xff]

/** The drawing, in a square of 32 by 32. */
function colourAt(x: number, y: number): Colour | undefined {
  // The leaf is hinged at the left and swings outward, so it grows toward its free edge.
  const swing = ((x - 8) / 9) * 3
  const leaf = x >= 8 && x <= 17 && y >= 5 && y <= 25 + swing
  if (leaf) return Math.hypot(x - 14.5, y - 17) <= 1.5 ? WALL : LEAF
  if (x >= 8 && x <= 24 && y >= 5 && y <= 25) return DOORWAY
  // A square with round corners: the distance to the smaller square that its corners turn around.
  const corner = Math.hypot(Math.max(Math.abs(x - 16) - 9, 0), Math.max(Math.abs(y - 16) - 9, 0))
  return corner <= 7 ? WALL : undefined
}

/** Blue, green, red, alpha. */
function pixel(column: number, row: number, size: number): number[] {
  const sum = [0, 0, 0]
  let covered = 0
  for (let sample = 0; sample < SAMPLES ** 2; sample++) {
    const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES
    const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES
    const colour = colourAt((x * 32) / size, (y * 32) / size)
    if (!colour) continue
    covered += 1
    colour.forEach((value, channel) => {
      sum[channel] = (sum[channel] ?? 0) + value
    })
  }
  return [...sum.map((value) => value / Math.max(covered, 1)), (covered * 255) / SAMPLES ** 2]
}

/** A device-independent bitmap as ICO wants it: twice the height, bottom row first, an empty mask after the pixels. */
function bitmap(size: number): Buffer {
  const header = Buffer.alloc(40)
  header.writeUInt32LE(header.length, 0)
  header.writeInt32LE(size, 4)
  header.writeInt32LE(size * 2, 8)
  header.writeUInt16LE(1, 12) // planes
  header.writeUInt16LE(32, 14) // bits a pixel
  const pixels: number[] = []
  for (let row = size - 1; row >= 0; row--) {
    for (let column = 0; column < size; column++) pixels.push(...pixel(column, row, size))
  }
  const mask = Buffer.alloc(Math.ceil(size / 32) * 4 * size)
  return Buffer.concat([header, Buffer.from(pixels.map(Math.round)), mask])
}

function icon(sizes: readonly number[]): Buffer {
  const images = sizes.map(bitmap)
  const directory = Buffer.alloc(6 + 16 * images.length)
  directory.writeUInt16LE(1, 2) // an icon
  directory.writeUInt16LE(images.length, 4)
  let offset = directory.length
  images.forEach((image, index) => {
    const entry = 6 + 16 * index
    directory.writeUInt8(sizes[index] ?? 0, entry)
    directory.writeUInt8(sizes[index] ?? 0, entry + 1)
    directory.writeUInt16LE(1, entry + 4) // planes
    directory.writeUInt16LE(32, entry + 6) // bits a pixel
    directory.writeUInt32LE(image.length, entry + 8)
    directory.writeUInt32LE(offset, entry + 12)
    offset += image.length
  })
  return Buffer.concat([directory, ...images])
}

export const favicon: Buffer = icon(SIZES)
