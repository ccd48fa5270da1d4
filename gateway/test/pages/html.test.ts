import t from 'tap'
import { html } from '../../src/pages/html.ts'

t.test('what is put in is escaped, in text and in a double-quoted attribute', async (t) => {
  t.equal(
    html`<a title="${`"><b>&'\``}">${'<b>'}</a>`.text,
    '<a title="&quot;&gt;&lt;b&gt;&amp;&#39;&#96;">&lt;b&gt;</a>',
  )
})

t.test('what the tag made is taken as it is, once, and lists are joined', async (t) => {
  t.equal(html`${html`<i>${'&'}</i>`}`.text, '<i>&amp;</i>')
  t.equal(html`${['<', html`<br>`, [1, '>']]}`.text, '&lt;<br>1&gt;')
})

t.test('undefined and false are nothing; nought and the empty string are themselves', async (t) => {
  t.equal(html`[${undefined}${false}${0}${''}]`.text, '[0]')
})
