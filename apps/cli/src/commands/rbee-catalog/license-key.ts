import { randomBytes } from 'node:crypto'
import { licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { z } from 'zod'
import { command } from '../../program/command.ts'

const SEED_BYTES = 32

export default command({
  options: z.object({}),

  async run({ terminal }) {
    const secret = newLicenseKey(randomBytes(SEED_BYTES))
    const { publicKey } = licenseSignerOf(secret, 'the new key').verifier
    terminal.info(`licences are checked with: ${publicKey.public_key}`)
    return { secret, ...publicKey }
  },

  view: ({ secret }) => secret,
})
