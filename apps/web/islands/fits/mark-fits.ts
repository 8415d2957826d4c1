import { verdictOn } from '../../src/machine/verdict.ts'
import type { KeptMachine } from './kept-machine.ts'
import { latestRelease } from './latest-release.ts'

/** Says at each worker of a page whether it runs on the machine, as soon as it comes into view. */
export function markFits(root: ParentNode, machine: KeptMachine): void {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      seen.unobserve(target)
      void markFit(target, machine)
    }
  })
  for (const place of root.querySelectorAll('[data-worker]')) {
    if (place.querySelector('[data-fit]') !== null) seen.observe(place)
  }
}

async function markFit(place: Element, { profile, origin }: KeptMachine): Promise<void> {
  const line = place.querySelector<HTMLElement>('[data-fit]')
  const release = await latestRelease(place.getAttribute('data-worker') ?? '')
  if (line === null || release === null) return
  const { headline, runs, reason, variant } = verdictOn(release, profile, location.origin, {
    isPartial: origin === 'browser',
  })
  line.textContent = variant === null ? headline : `${headline}: ${variant}`
  line.title = reason
  line.classList.add(`fit-${runs}`)
  line.hidden = false
}
