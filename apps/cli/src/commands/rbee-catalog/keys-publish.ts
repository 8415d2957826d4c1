import { presentCeremony } from '@rbee/trust/key-folder'
import { z } from 'zod'
import { keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: keyPlaceSchema.omit({ rootDir: true }).extend({ registry: z.string() }),

  async run(context, _args, { registry, ...place }) {
    const { roots, targets } = await presentCeremony(keyPlace(context, place))
    const { client } = await connectRegistry(context, registry)
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
    return client.publishRoot({ roots: roots.map(text), targets: text(targets) })
  },

  view: ({ version, sha256 }) => `published: root ${version}, sha256:${sha256}`,
})
