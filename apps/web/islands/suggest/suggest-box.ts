import { announce } from '../markup/announce.ts'
import { element } from '../markup/element.ts'
import { askedSuggestions, type Suggestion } from './asked-suggestions.ts'
import { pressedKey } from './pressed-key.ts'

/** Typing goes on meanwhile. */
const WAIT_MS = 120
const KINDS: Readonly<Record<Suggestion['kind'], string>> = {
  worker: 'worker',
  tag: 'tag',
  publisher: 'publisher',
}
let boxes = 0

/**
 * Suggests workers, tags and publishers below a search field: the combobox pattern with a list of the ARIA Authoring
 * Practices, where focus stays in the field. Enter without a chosen suggestion sends the form as ever.
 */
export function offerSuggestions(field: HTMLInputElement): void {
  const form = field.form
  if (form === null) return
  boxes += 1
  const list = element('ul', {
    id: `suggestions-${boxes}`,
    className: 'suggestions',
    role: 'listbox',
    hidden: true,
  })
  list.setAttribute('aria-label', 'Suggestions')
  field.setAttribute('role', 'combobox')
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-expanded', 'false')
  field.setAttribute('aria-controls', list.id)
  form.append(list)

  let shown: readonly Suggestion[] = []
  let active = -1
  let asking = new AbortController()

  const mark = (place: number) => {
    active = place
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === place))
    }
    if (place === -1) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `${list.id}-${place}`)
  }
  const show = (suggestions: readonly Suggestion[]) => {
    shown = suggestions
    list.replaceChildren(...suggestions.map((one, index) => option(one, `${list.id}-${index}`)))
    list.hidden = suggestions.length === 0
    field.setAttribute('aria-expanded', String(suggestions.length > 0))
    mark(-1)
  }
  const close = () => {
    asking.abort()
    show([])
  }
  const ask = async () => {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const words = field.value.trim()
    if (words === '') return show([])
    const suggestions = await askedSuggestions(words, WAIT_MS, signal)
    if (signal.aborted) return
    show(suggestions)
    announce(suggestions.length === 1 ? '1 suggestion' : `${suggestions.length} suggestions`)
  }

  field.addEventListener('input', () => void ask())
  field.addEventListener('keydown', (event) => {
    const deed = pressedKey(event.key, shown.length, active)
    if (deed === null) return
    event.preventDefault()
    switch (deed.do) {
      case 'close':
        return close()
      case 'ask':
        return void ask()
      case 'mark':
        return mark(deed.place)
      case 'go':
        return follow(shown[deed.place])
    }
  })
  field.addEventListener('blur', close)
  // The field would lose focus, and the list be gone, before the click arrives.
  list.addEventListener('mousedown', (event) => event.preventDefault())
  list.addEventListener('click', (event) => {
    const chosen = shown[[...list.children].findIndex((one) => one.contains(event.target as Node))]
    follow(chosen)
  })
}

function follow(chosen: Suggestion | undefined): void {
  if (chosen !== undefined) location.assign(pageOf(chosen))
}

/** Its address for people; the one of the suggestion is for programs. */
function pageOf({ kind, id, text }: Suggestion): string {
  return `/${kind}/${encodeURIComponent(id ?? text)}`
}

function option({ kind, text }: Suggestion, id: string): HTMLElement {
  const name = element('span', { dir: 'auto' }, text)
  const made = element(
    'li',
    { id, role: 'option' },
    name,
    element('span', { className: 'soft small' }, KINDS[kind]),
  )
  made.setAttribute('aria-selected', 'false')
  return made
}
