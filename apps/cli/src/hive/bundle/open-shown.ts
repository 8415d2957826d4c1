import type { CommandContext } from '../../program/command.ts'
import type { ProgressBar } from '../../program/terminal.ts'
import { type Bundle, openBundle } from './open-bundle.ts'

/** Opens a bundle and says how far that is: all of it is read. */
export async function openShown(path: string, { terminal, signal }: CommandContext): Promise<Bundle> {
  const bars: ProgressBar[] = []
  const onBytes = (count: number, total: number) => {
    if (bars.length === 0) bars.push(terminal.progress({ label: 'reading', total }))
    for (const bar of bars) bar.advance(count)
  }
  try {
    return await openBundle(path, { signal, onBytes })
  } finally {
    for (const bar of bars) bar.done()
  }
}
