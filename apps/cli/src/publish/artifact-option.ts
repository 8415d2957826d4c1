import { type Platform, platformSchema, type VariantName, variantNameSchema } from '@rbee/schema'
import { z } from 'zod'

/** `--artifact PLATFORM[/VARIANT]=PATH`: a folder that was built elsewhere. */
export interface ArtifactOption {
  readonly platform: Platform
  /** Null stands for the manifest's default. */
  readonly variant: VariantName | null
  /** As it was given. */
  readonly path: string
}

export const artifactOptionSchema = z.string().transform((text, context): ArtifactOption => {
  const refuse = (message: string) => {
    context.addIssue({ code: 'custom', message: `"${text}": ${message}` })
    return z.NEVER
  }
  const match = /^([^=/]+)(?:\/([^=/]+))?=(.+)$/s.exec(text)
  if (!match?.[1] || !match[3]) return refuse('expected PLATFORM[/VARIANT]=PATH')
  const platform = platformSchema.safeParse(match[1])
  if (!platform.success) return refuse(`${match[1]} is no platform such as linux-x86_64`)
  if (match[2] === undefined) return { platform: platform.data, variant: null, path: match[3] }
  const variant = variantNameSchema.safeParse(match[2])
  if (!variant.success) return refuse(`${match[2]} is no variant such as cpu`)
  return { platform: platform.data, variant: variant.data, path: match[3] }
})

/** `--platforms linux-x86_64,macos-aarch64` */
export const platformListSchema = z.string().transform((text, context): Platform[] => {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const parsed = z.array(platformSchema).min(1).safeParse(names)
  if (parsed.success) return [...new Set(parsed.data)]
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no list of platforms such as linux-x86_64,macos-aarch64`,
  })
  return z.NEVER
})
