import t from 'tap'
import { Html, html } from '../../../src/pages/html.ts'
import { en } from '../../../src/pages/messages/en.ts'
import { ko } from '../../../src/pages/messages/ko.ts'

/** Every sentence with the path to it; what takes names is given some. */
function sentences(value: unknown, path: string): [path: string, sentence: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (value instanceof Html) return [[path, value.text]]
  if (typeof value === 'function') return sentences(value(html`Ender`), path)
  const children = value instanceof Map ? Object.fromEntries(value) : (value as object)
  return Object.entries(children).flatMap(([key, child]) => sentences(child, `${path}.${key}`))
}

const english = sentences(en, 'messages')
const korean = sentences(ko, 'messages')

t.test('both languages say everything, and nothing is empty', async (t) => {
  t.same(
    korean.map(([path]) => path),
    english.map(([path]) => path),
  )
  for (const [path, sentence] of [...english, ...korean]) t.match(sentence, /\S/, path)
})

t.test('only names of products and people are not translated', async (t) => {
  const isName = /\.clients\.\d\.0$|\.client$/
  for (const [path, sentence] of korean) {
    if (!isName.test(path)) t.match(sentence, /\p{Script=Hangul}/u, path)
  }
  for (const [path, sentence] of english) t.notMatch(sentence, /\p{Script=Hangul}/u, path)
})

t.test('a client or person that a sentence is about is named in it', async (t) => {
  for (const { client, consent, person } of [en, ko]) {
    t.match(client(html`Ender`).text, 'Ender')
    t.notMatch(client(undefined).text, 'undefined')
    for (const about of [
      consent.question,
      person.loggedInAs,
      person.destination,
      person.continue,
    ]) {
      t.match(about(html`Ender`).text, 'Ender')
    }
  }
})
