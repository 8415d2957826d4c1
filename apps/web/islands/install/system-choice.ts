import { element } from '../markup/element.ts'

const NAMES: Readonly<Record<string, string>> = { linux: 'Linux', macos: 'macOS', windows: 'Windows' }

/**
 * Shows the ways to install of one system at a time, with a button for each system that has some.
 *
 * @param system of the visitor, where it is known; all ways are shown else.
 */
export function offerSystems(list: HTMLElement, system: string | null): void {
  const ways = [...list.children].filter((way) => way instanceof HTMLElement)
  const found = [...new Set(ways.flatMap(systemsOf))]
  if (found.length < 2) return
  const buttons = found.map((name) =>
    element('button', { type: 'button', className: 'choice' }, NAMES[name] ?? name),
  )
  const choose = (chosen: string | null) => {
    for (const [index, button] of buttons.entries()) {
      button.setAttribute('aria-pressed', String(found[index] === chosen))
    }
    for (const way of ways) way.hidden = chosen !== null && !systemsOf(way).includes(chosen)
  }
  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => {
      choose(button.getAttribute('aria-pressed') === 'true' ? null : (found[index] ?? null))
    })
  }
  const group = element('div', { className: 'choices', role: 'group', ariaLabel: 'System' }, ...buttons)
  list.before(group)
  choose(system !== null && found.includes(system) ? system : null)
}

function systemsOf(way: HTMLElement): string[] {
  return way.dataset.systems?.split(' ') ?? []
}
