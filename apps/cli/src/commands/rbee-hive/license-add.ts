import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { givenLicense, licenseInFile } from '../../hive/licenses/given-license.ts'
import { keepLicense } from '../../hive/licenses/kept-licenses.ts'
import { viewLicense } from '../../hive/licenses/views.ts'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: z.object({ file: z.string().optional(), registry: z.string(), home: z.string() }),

  async run(context, [text], { file, registry, home }) {
    const env = text === undefined ? context.env : { ...context.env, RBEE_LICENSE_TOKEN: text }
    const token =
      file === undefined
        ? await givenLicense({ ...context, env })
        : await licenseInFile(resolve(context.cwd, file), '--file')
    if (token === null) {
      throw new RbeeError('usage', 'there is no licence to add', {
        next: 'set RBEE_LICENSE_TOKEN to it, or name the file that holds it with --file',
      })
    }
    const { client, url } = await connectRegistry(context, registry)
    const { valid, reason } = await client.verifyLicense(token)
    if (!valid) {
      throw new RbeeError(
        'license_refused',
        `${url} does not take this licence: ${reason ?? 'it is not valid'}`,
        {
          next: 'check that it is the whole licence, and that --registry is where it was issued',
          details: { reason },
        },
      )
    }
    return keepLicense(hiveHome(home, context.cwd), url, token)
  },

  view: (license, { terminal }) => `${terminal.colors.green('✓')} added ${viewLicense(license)}`,
})
