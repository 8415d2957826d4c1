import type { Probe } from '../probe.ts'
import { readFields, wholeNumber } from '../text/fields.ts'
import { printable } from '../text/printable.ts'
import type { Cpu } from './cpu-facts.ts'

/** Names that sysctl spells otherwise than Linux; all others differ in case only. */
const LINUX_NAME_OF_X86: ReadonlyMap<string, string> = new Map([
  ['SSE3', 'pni'],
  ['SSE4.1', 'sse4_1'],
  ['SSE4.2', 'sse4_2'],
  ['AVX1.0', 'avx'],
  ['CLFSH', 'clflush'],
  ['CLFSOPT', 'clflushopt'],
  ['HTT', 'ht'],
  ['LZCNT', 'abm'],
  ['LAHF', 'lahf_lm'],
  ['EM64T', 'lm'],
  ['XD', 'nx'],
  ['RDWRFSGS', 'fsgsbase'],
  ['SHA', 'sha_ni'],
  ['VPCLMULQDQ', 'vpclmulqdq'],
  ['AVX512VNNI', 'avx512_vnni'],
  ['AVX512BITALG', 'avx512_bitalg'],
  ['AVX512VPOPCNTDQ', 'avx512_vpopcntdq'],
  ['AVX512VBMI2', 'avx512_vbmi2'],
])

/**
 * Features of the ARM architecture and the flags by which Linux shows them.
 * Source: Apple, "Determining instruction set characteristics"; Documentation/arch/arm64/elf_hwcaps.rst of Linux.
 */
const LINUX_NAMES_OF_ARM: ReadonlyMap<string, readonly string[]> = new Map([
  ['AdvSIMD', ['fp', 'asimd']],
  ['FEAT_AES', ['aes']],
  ['FEAT_PMULL', ['pmull']],
  ['FEAT_SHA1', ['sha1']],
  ['FEAT_SHA256', ['sha2']],
  ['FEAT_SHA512', ['sha512']],
  ['FEAT_SHA3', ['sha3']],
  ['FEAT_CRC32', ['crc32']],
  ['FEAT_LSE', ['atomics']],
  ['FEAT_FP16', ['fphp', 'asimdhp']],
  ['FEAT_RDM', ['asimdrdm']],
  ['FEAT_JSCVT', ['jscvt']],
  ['FEAT_FCMA', ['fcma']],
  ['FEAT_LRCPC', ['lrcpc']],
  ['FEAT_DotProd', ['asimddp']],
  ['FEAT_FHM', ['asimdfhm']],
  ['FEAT_I8MM', ['i8mm']],
  ['FEAT_BF16', ['bf16']],
  ['FEAT_SME', ['sme']],
  ['FEAT_SME2', ['sme2']],
])

/** Reads what sysctl says of the processor. Names that a processor lacks make it exit with 1 and print the others. */
export async function readMacCpu(probe: Probe): Promise<Cpu> {
  const answer = await probe.run('/usr/sbin/sysctl', ['machdep.cpu', 'hw.physicalcpu', 'hw.optional'])
  const fields = readFields(answer?.stdout)
  return {
    model: printable(fields.get('machdep.cpu.brand_string')),
    cores: wholeNumber(fields.get('hw.physicalcpu')),
    features: x86Features(fields) ?? armFeatures(fields),
  }
}

function x86Features(fields: ReadonlyMap<string, string>): string[] | null {
  const lists = ['features', 'leaf7_features', 'extfeatures'].map((name) => fields.get(`machdep.cpu.${name}`))
  if (lists[0] === undefined) return null
  const words = lists.flatMap((list) => list?.split(/\s+/) ?? []).filter((word) => word !== '')
  return [...new Set(words.map((word) => LINUX_NAME_OF_X86.get(word) ?? word.toLowerCase()))]
}

function armFeatures(fields: ReadonlyMap<string, string>): string[] | null {
  const present = [...LINUX_NAMES_OF_ARM].filter(([name]) => {
    return fields.get(`hw.optional.arm.${name}`) === '1' || fields.get(`hw.optional.${name}`) === '1'
  })
  return present.length === 0 ? null : present.flatMap(([, names]) => names)
}
