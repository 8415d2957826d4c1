import type { Candidate } from '../candidate.ts'
import { type Unmet, unmet } from '../unmet.ts'

/**
 * Flags that Linux reports on x86 only. Names that both families have (`aes`, `sha512`, `sm3`, `sm4`) are left out.
 * Source: arch/x86/include/asm/cpufeatures.h and Documentation/arch/arm64/elf_hwcaps.rst of Linux.
 */
const X86_ONLY =
  /^(?:avx|amx_|amx$|sse|ssse|mmx|3dnow|fma|f16c|bmi|abm$|lzcnt|popcnt|adx$|xop$|tbm$|movbe$|pclmulqdq$|vpclmulqdq$|vaes$|gfni$|sha_ni$|rdrand$|rdseed$|cx8$|cx16$|cmov$|fxsr|fpu$|xsave|clflush|clwb$|fsgsbase$|lahf_lm$|pni$|lm$|nx$|movdir|serialize$)/

/** Every named feature is one of the processor's. x86 names count as absent on other architectures. */
export function checkCpuFeatures({ variant, profile }: Candidate): Unmet | null {
  const required = variant.requirements.cpu_features
  if (required === undefined || required.length === 0) return null
  const { features } = profile.cpu
  const missing = required.filter(
    (name) => !features?.includes(name) || (profile.arch !== 'x86_64' && X86_ONLY.test(name)),
  )
  if (missing.length === 0) return null
  return unmet({
    code: 'cpu_feature',
    variant: variant.name,
    need: required.join(', '),
    needs: `the processor features ${required.join(', ')}`,
    have: features === null ? null : `no ${missing.join(', ')}`,
  })
}
