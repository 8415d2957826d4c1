import type { InstallPlan } from '@rbee/schema'
import { byteSize } from '../../src/figures/byte-size.ts'
import { type Verdict, verdictOn } from '../../src/machine/verdict.ts'
import { element } from '../markup/element.ts'
import type { KeptMachine } from './kept-machine.ts'
import { latestRelease } from './latest-release.ts'

/** Shows on a worker's page what `rbee-hive install` would choose on the machine, and why nothing else. */
export async function showPlan(place: HTMLElement, { profile, origin }: KeptMachine): Promise<void> {
  const release = await latestRelease(place.dataset.plan ?? '')
  if (release === null) return
  const isPartial = origin === 'browser'
  const verdict = verdictOn(release, profile, location.origin, { isPartial })
  place.replaceChildren(...planElements(verdict, isPartial))
  markVariant(verdict.variant)
}

function planElements({ headline, runs, reason, plan }: Verdict, isPartial: boolean): HTMLElement[] {
  const machine = element('a', { href: '/machine' }, 'My machine')
  return [
    element('p', { className: `fit fit-${runs}` }, headline),
    element('p', { className: 'small' }, ...sentences(reason, plan)),
    ...plan.warnings.map(({ message }) => element('p', { className: 'small note' }, message)),
    ...others(plan, reason),
    element(
      'p',
      { className: 'soft small' },
      machine,
      isPartial ? ': what the browser could tell. rbee-hive decides with all that it finds.' : '',
    ),
  ]
}

function sentences(reason: string, { artifact }: InstallPlan): string[] {
  if (artifact === null) return [`${reason}.`]
  const { size, unpacked_size } = artifact
  return [`${reason}. ${byteSize(size)} to download, ${byteSize(unpacked_size)} on disk.`]
}

/** What stands against the variants that were not chosen, without what was said above. */
function others({ rejected, variant }: InstallPlan, said: string): HTMLElement[] {
  const reasons = rejected.filter(({ reason }) => reason !== said)
  if (reasons.length === 0) return []
  const details = element(
    'details',
    { className: 'small', open: variant === null },
    element('summary', {}, 'Why no other variant'),
    element('ul', { className: 'reasons' }, ...reasons.map(({ reason }) => element('li', {}, reason))),
  )
  return [details]
}

/** Marks the row of the variant in the table of builds. */
function markVariant(variant: string | null): void {
  if (variant === null) return
  const row = document.querySelector(`tr[data-variant="${CSS.escape(variant)}"] th`)
  row?.querySelector('code')?.after(element('span', { className: 'fit-yes small' }, ' my machine'))
}
