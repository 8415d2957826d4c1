import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { readKeptLicenses } from '../../hive/licenses/kept-licenses.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, _args, { home }) {
    const kept = await readKeptLicenses(hiveHome(home, context.cwd))
    return {
      licenses: kept.map(({ license }) => ({
        ...license,
        expired: license.expires_at !== null && Date.parse(license.expires_at) <= context.clock(),
      })),
    }
  },

  view({ licenses }) {
    if (licenses.length === 0) return 'there are no licences here'
    return table(
      ['LICENCE', 'CUSTOMER', 'WORKERS', 'EXPIRES', 'REGISTRY'],
      licenses.map(({ id, customer, workers, expires_at, expired, registry }) => [
        id,
        customer,
        workers.join(', '),
        expires_at === null ? 'never' : `${expires_at.slice(0, 10)}${expired ? ' (expired)' : ''}`,
        registry,
      ]),
    )
  },
})
