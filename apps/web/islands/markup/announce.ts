import { element } from './element.ts'

let place: HTMLElement | null = null

/** Makes ready to tell screen readers something: they hear only what changes in a place that they know already. */
export function offerAnnouncements(root: Document): void {
  place = element('p', { className: 'hidden', role: 'status' })
  root.body.append(place)
}

/** Tells screen readers what those who see have just seen. */
export function announce(text: string): void {
  if (place !== null) place.textContent = text
}
