/** What a page keeps to in any language, light or dark, on a telephone and on a desk. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Visit } from './visit.ts'

/** WCAG 2.2 §1.4.10 wants 320 px; 360 is a small telephone of today. Colours change no width: the dark is looked at twice. */
const WIDTHS = { light: [320, 360, 480, 768, 1280], dark: [360, 1280] }
const AXE = ['light 1280', 'dark 360']
const HEIGHT = 800
const STOPS = 'a[href], button, input:not([type=hidden])'
/** Names of people, apps and numbers are not translated. */
const WORDS = 'h1, h2, button, label:not(.choice), legend, a.button'

/** @param name of the page, in the titles and in the files of SCREENSHOTS */
export async function look(
  t: Test,
  { page }: Visit,
  locale: 'en' | 'ko',
  name: string,
): Promise<void> {
  await t.test(`${name}, ${locale}`, async (t) => {
    t.equal(await page.locator(':root').getAttribute('lang'), locale, 'WCAG 2.2 §3.1.1')
    t.equal(await page.locator('h1').count(), 1)
    if (locale === 'ko') {
      const words = await page.locator(WORDS).allInnerTexts()
      t.same(
        words.filter((text) => text !== '' && !/[가-힣]/.test(text)),
        [],
        'in Korean',
      )
    }
    await choicesStandBesideTheirWords(t, page)
    await focusIsSeen(t, page)
    await page.evaluate(axe.source)
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const width of WIDTHS[scheme]) {
        await page.setViewportSize({ width, height: HEIGHT })
        const wide = await page.locator(':root').evaluate((root) => root.scrollWidth)
        t.ok(wide <= width, `${scheme}, ${width} px: ${wide} px wide (WCAG 2.2 §1.4.10)`)
        if (AXE.includes(`${scheme} ${width}`)) t.same(await faults(page), [], 'axe')
        await keep(page, `${name}-${locale}-${scheme}-${width}`)
      }
    }
  })
}

async function choicesStandBesideTheirWords(t: Test, page: Page): Promise<void> {
  for (const choice of await page.locator('input[type=radio]').all()) {
    const [mark, words] = await Promise.all(
      [choice, choice.locator('xpath=following-sibling::*')].map((part) => part.boundingBox()),
    )
    const gap = (words?.x ?? 0) - (mark?.x ?? 0) - (mark?.width ?? 0)
    t.ok(gap >= 0 && gap <= 24, `${gap} px between a mark and its words`)
  }
}

/** With the keyboard one comes to everything, and sees where one is (WCAG 2.2 §2.1.1, §2.4.7). */
async function focusIsSeen(t: Test, page: Page): Promise<void> {
  const seen = new Map<number, string>()
  const all = await page
    .locator(STOPS)
    .evaluateAll((stops) =>
      stops.flatMap((stop, at) =>
        stop.type === 'radio' && at > 0 && stops[at - 1].name === stop.name ? [] : [at],
      ),
    )
  const focused = () =>
    page.locator(':root').evaluate((root, stops) => {
      const document = root.ownerDocument
      const stop = document.activeElement
      const { outlineStyle, outlineWidth } = document.defaultView.getComputedStyle(stop)
      const at: number = [...document.querySelectorAll(stops)].indexOf(stop)
      return { at, outline: `${outlineStyle} ${outlineWidth}` }
    }, STOPS)
  // One more than there are, for where nothing is focused at first.
  for (let presses = 0; presses <= all.length; presses++) {
    const { at, outline } = await focused()
    if (at >= 0) seen.set(at, outline)
    await page.keyboard.press('Tab')
  }
  t.same([...seen.keys()], all, 'in the order of the page')
  t.same([...new Set(seen.values())], all.length === 0 ? [] : ['solid 3px'], 'outlined')
}

/** axe's rules for WCAG 2.2 AA and its best practices; what it cannot say of a contrast is a fault, too. */
async function faults(page: Page): Promise<string[]> {
  // In the page `axe` is the global that its source made.
  const { violations, incomplete } = await page.evaluate(() => {
    axe.configure({
      checks: [
        {
          id: 'color-contrast',
          options: { contrastRatio: { normal: { expected: 4.5 }, large: { expected: 4.5 } } },
        },
      ],
    })
    return axe.run()
  })
  const unclear = incomplete.filter(({ id }) => id === 'color-contrast')
  return [...violations, ...unclear].flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  )
}

async function keep(page: Page, file: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${file}.png`, fullPage: true })
}
