// On the page of the visitor's machine: checks a profile, keeps it in the browser, and asks the browser what it knows.

import { profileSummary } from '../src/machine/profile-summary.ts'
import { checkProfile } from '../src/machine/profile-text.ts'
import { forgetMachine, keepMachine, keptMachine, type ProfileOrigin } from './fits/kept-machine.ts'
import { browserProfile } from './machine/browser-profile.ts'
import { element } from './markup/element.ts'

const form = document.querySelector<HTMLFormElement>('[data-machine-form]')
const field = document.querySelector<HTMLTextAreaElement>('#profile')
const kept = document.querySelector<HTMLElement>('[data-kept]')
if (form !== null && field !== null && kept !== null) improve(form, field, kept)

function improve(form: HTMLFormElement, field: HTMLTextAreaElement, kept: HTMLElement): void {
  const problems = form.querySelector('[data-problems]')
  const place = (selector: string) => document.querySelector<HTMLElement>(selector)

  const refuse = (sentences: readonly string[]) => {
    const list = element(
      'ul',
      { className: 'note bad plain' },
      ...sentences.map((one) => element('li', {}, one)),
    )
    problems?.replaceChildren(...(sentences.length === 0 ? [] : [list]))
    field.setAttribute('aria-invalid', String(sentences.length > 0))
  }
  const keep = (text: string, origin: ProfileOrigin) => {
    const checked = checkProfile(text)
    refuse(checked.valid ? [] : checked.problems)
    if (!checked.valid) return field.focus()
    if (!keepMachine({ origin, profile: checked.profile })) {
      return refuse([
        'This browser keeps nothing for this site: allow it, or use the button that asks the registry.',
      ])
    }
    showKept()
    place('#kept')?.focus()
  }
  const showKept = () => {
    const machine = keptMachine()
    kept.hidden = machine === null
    if (machine === null) return
    if (field.value === '') field.value = JSON.stringify(machine.profile)
    const facts = profileSummary(machine.profile).flatMap(({ name, text }) => [
      element('dt', {}, name),
      element('dd', text === null ? { className: 'soft' } : {}, text ?? 'unknown'),
    ])
    place('[data-summary]')?.replaceChildren(...facts)
  }

  place('#kept')?.setAttribute('tabindex', '-1')
  place('[data-acts]')?.prepend(
    button('Keep in this browser', 'button', () => keep(field.value, 'detect')),
    fileButton((text) => {
      field.value = text
      keep(text, 'detect')
    }),
  )
  form.querySelector('[type="submit"]')?.classList.add('quiet')
  const worker = new URLSearchParams(location.search).get('worker')
  const back = worker === null ? '/search' : `/worker/${encodeURIComponent(worker)}`
  place('[data-kept-acts]')?.append(
    element(
      'a',
      { href: back, className: 'button' },
      worker === null ? 'See what runs on it' : `Back to ${worker}`,
    ),
    button('Forget it', 'button quiet', () => {
      forgetMachine()
      field.value = ''
      showKept()
      field.focus()
    }),
  )
  place('[data-no-browser]')?.remove()
  const browser = place('[data-browser]')
  if (browser !== null) {
    browser.hidden = false
    browser.append(
      element(
        'p',
        {},
        'Your browser knows some of it. What it does not know stays open, and so do answers that depend on it.',
      ),
      button('Let the browser tell', 'button quiet', async () => {
        const text = JSON.stringify(await browserProfile(navigator), null, 2)
        field.value = text
        keep(text, 'browser')
      }),
    )
  }
  showKept()
}

function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', className }, text)
  made.addEventListener('click', act)
  return made
}

/** A button that lets people choose a file, and hands its text over. */
function fileButton(take: (text: string) => void): HTMLElement {
  const input = element('input', { type: 'file', accept: '.json,application/json', className: 'hidden' })
  input.addEventListener('change', async () => {
    const text = await input.files?.[0]?.text()
    input.value = ''
    if (text !== undefined) take(text)
  })
  return element('label', { className: 'button quiet file' }, 'Choose a file', input)
}
