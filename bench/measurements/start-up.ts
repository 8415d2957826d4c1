import { fileURLToPath } from 'node:url'
import { inTurns, type Measurement } from '../measurement.ts'
import { seconds } from '../processes.ts'

const HIVE = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-hive.ts', import.meta.url))

/** How long a program takes to say its version. */
export async function startUp(): Promise<Measurement> {
  return {
    what: 'Start-up: --version',
    unit: 's',
    higherIsBetter: false,
    results: await inTurns(7, [
      { name: 'rbee-hive', run: async () => seconds(process.execPath, [HIVE, '--version']) },
      { name: 'npm', run: async () => seconds('npm', ['--version']) },
    ]),
  }
}
