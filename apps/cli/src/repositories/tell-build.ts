import type { BuildEvent } from '@rbee/package-repositories'
import type { ProgressBar, Terminal } from '../program/terminal.ts'

/** What a build of repositories tells, as messages and progress of a terminal. */
export function tellBuild(terminal: Pick<Terminal, 'progress' | 'step' | 'warn'>) {
  let survey: { readonly bar: ProgressBar; workers: number } | null = null
  let archive: ProgressBar | null = null
  const endArchive = () => {
    archive?.done()
    archive = null
  }
  return {
    onEvent(event: BuildEvent): void {
      switch (event.kind) {
        case 'surveyed': {
          survey ??= {
            bar: terminal.progress({ label: 'reading workers', total: event.total, unit: 'items' }),
            workers: 0,
          }
          survey.bar.advance(event.workers - survey.workers)
          survey.workers = event.workers
          if (event.workers >= event.total) survey.bar.done()
          return
        }
        case 'packing':
          endArchive()
          terminal.step(`packing ${event.file} (${event.place} of ${event.of})`)
          archive = terminal.progress({ label: 'downloading', total: event.bytes })
          return
        case 'left-out':
          endArchive()
          terminal.warn(`${event.omission.what} is left out: ${event.omission.reason}`)
          return
      }
    },
    onBytes: (count: number) => archive?.advance(count),
    end: endArchive,
  }
}
