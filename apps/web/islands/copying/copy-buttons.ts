import { announce } from '../markup/announce.ts'

const CONFIRMED_MS = 2000

/**
 * Gives each element with `data-copy` a button that copies the element's text. Without a clipboard, as on http addresses of
 * other machines, none appears: the text can be selected.
 */
export function offerCopying(root: ParentNode): void {
  if (!navigator.clipboard) return
  for (const source of root.querySelectorAll<HTMLElement>('[data-copy]')) {
    source.after(copyButton(source, source.dataset.copy || 'Copy'))
  }
}

/** @param label what a screen reader says: several of these buttons stand on one page. */
function copyButton(source: HTMLElement, label: string): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.textContent = 'Copy'
  button.setAttribute('aria-label', label)
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source.textContent.trim())
    button.textContent = 'Copied'
    button.setAttribute('aria-label', 'Copied')
    announce('Copied')
    setTimeout(() => {
      button.textContent = 'Copy'
      button.setAttribute('aria-label', label)
      announce('')
    }, CONFIRMED_MS)
  })
  return button
}
