import type { HostProfile } from '@rbee/schema'
import { element } from '../markup/element.ts'

/** Offers on a page of results to leave out what does not run on the machine: its profile is sent when that is pressed. */
export function offerFilter(root: ParentNode, profile: HostProfile): void {
  const place = root.querySelector('.results-head')
  if (place === null) return
  const form = element('form', { action: '/machine', method: 'post', className: 'only-mine' })
  form.append(
    element('input', { type: 'hidden', name: 'profile', value: JSON.stringify(profile) }),
    element('input', { type: 'hidden', name: 'search', value: location.search.slice(1) }),
    element('button', { type: 'submit', className: 'button quiet small' }, 'Only what runs on my machine'),
  )
  place.append(form)
}
