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
    ...others(plan),
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

function others({ rejected, variant }: InstallPlan): HTMLElement[] {
  if (rejected.length === 0) return []
  const reasons = rejected.map((one) => element('li', {}, one.reason))
  const details = element(
    'details',
    { className: 'small' },
    element('summary', {}, variant === null ? 'Why' : 'Why no other variant'),
    element('ul', { className: 'reasons' }, ...reasons),
  )
  details.open = variant === null && rejected.length > 1
  return variant === null && rejected.length === 1 ? [] : [details]
}

/** Marks the row of the variant in the table of builds. */
function markVariant(variant: string | null): void {
  if (variant === null) return
  const row = document.querySelector(`tr[data-variant="${CSS.escape(variant)}"] th`)
  row?.querySelector('code')?.after(element('span', { className: 'fit-yes small' }, ' my machine'))
}
