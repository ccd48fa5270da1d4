/** The part of a form in which a person says where they log in, where there are several providers. */
import { type Html, html } from './html.ts'
import { type Locale, messagesOf } from './locale.ts'

export interface ProviderChoice {
  options: readonly { id: string; name: string }[]
  /** The id of the one that is marked already. */
  marked: string | undefined
  /** Whether an e-mail address can say it, too. */
  byAddress: boolean
  /** The form came back without a choice. */
  isOpen: boolean
}

export function providerChoice(locale: Locale, choice: ProviderChoice): Html {
  const { provider } = messagesOf(locale)
  // An address may say it in place of a mark; the browser cannot know whether it does.
  const required = choice.byAddress ? '' : html` required`
  return html`<fieldset${choice.isOpen && html` aria-describedby="provider-open"`}>
<legend>${provider.question}</legend>
${choice.isOpen && html`<p class="warning" role="alert" id="provider-open">${provider.open}</p>\n`}${choice.options.map(
  ({ id, name }) =>
    html`<label class="choice"><input type="radio" name="provider" value="${id}"${
      id === choice.marked && html` checked`
    }${required}> <bdi>${name}</bdi></label>\n`,
)}${
  choice.byAddress &&
  html`<label class="field">${provider.address}
<input type="email" name="email" autocomplete="email" maxlength="254" dir="ltr"></label>\n`
}</fieldset>`
}
