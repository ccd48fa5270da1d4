import t from 'tap'
import { favicon } from '../../src/pages/favicon.ts'

t.test('the icon holds a bitmap of each size, one after the other, to the last byte', async (t) => {
  t.same([...favicon.subarray(0, 6)], [0, 0, 1, 0, 3, 0])
  let end = 6 + 16 * 3
  for (const [index, size] of [16, 32, 48].entries()) {
    const entry = favicon.subarray(6 + 16 * index)
    t.same([entry[0], entry[1]], [size, size])
    const [length, offset] = [entry.readUInt32LE(8), entry.readUInt32LE(12)]
    t.equal(offset, end)
    end = offset + length
    const image = favicon.subarray(offset, end)
    t.same([image.readInt32LE(4), image.readInt32LE(8)], [size, size * 2])
    t.equal(length, 40 + size * size * 4 + Math.ceil(size / 32) * 4 * size)
    const alpha = (x: number, y: number) => image[40 + (y * size + x) * 4 + 3]
    t.equal(alpha(size / 2, size / 2), 255, 'opaque in the middle')
    t.equal(alpha(0, 0), 0, 'round at the corner')
  }
  t.equal(end, favicon.length)
})
