import { askPowerShell } from '../platform/powershell.ts'
import type { Probe } from '../probe.ts'
import { readJson } from '../text/json.ts'
import { printable } from '../text/printable.ts'
import type { Cpu } from './cpu-facts.ts'

/**
 * Numbers of IsProcessorFeaturePresent and the flags by which Linux shows the same. Windows tells of no others, so that
 * a variant which asks for `fma` does not fit there. Source: Microsoft Learn, "IsProcessorFeaturePresent function".
 */
const LINUX_NAMES: ReadonlyMap<number, readonly string[]> = new Map([
  [10, ['sse2']],
  [13, ['pni']],
  [36, ['ssse3']],
  [37, ['sse4_1']],
  [38, ['sse4_2']],
  [39, ['avx']],
  [40, ['avx2']],
  [41, ['avx512f']],
  [19, ['asimd']],
  [30, ['aes', 'pmull', 'sha1', 'sha2']],
  [31, ['crc32']],
  [34, ['atomics']],
  [43, ['asimddp']],
  [44, ['jscvt']],
  [45, ['lrcpc']],
])

// Double quotes would have to survive two command lines, so that the script makes its own.
const SCRIPT = [
  '<# processor #>',
  '$q = [char]34;',
  "$kernel = Add-Type -PassThru -Namespace Rbee -Name Kernel -MemberDefinition ('[DllImport(' + $q + 'kernel32.dll' + $q + ')] public static extern bool IsProcessorFeaturePresent(uint feature);');",
  '$features = if ($kernel) { @(0..63 | Where-Object { $kernel::IsProcessorFeaturePresent($_) }) } else { $null };',
  '$cpus = @(Get-CimInstance Win32_Processor | Select-Object Name, NumberOfCores);',
  'ConvertTo-Json -Compress -Depth 3 @{ cpus = $cpus; features = $features }',
].join(' ')

/** Asks Windows for the processor's name and cores and, through its own kernel function, for its features. */
export async function readWindowsCpu(probe: Probe): Promise<Cpu> {
  const answer = readJson(await askPowerShell(probe, SCRIPT))
  const cpus = answer.get('cpus').list()
  const cores = cpus.reduce((sum, cpu) => sum + (cpu.get('NumberOfCores').wholeNumber() ?? 0), 0)
  return {
    model: printable(cpus[0]?.get('Name').text()),
    cores,
    features: namesOf(
      answer
        .get('features')
        .list()
        .map((feature) => feature.wholeNumber()),
    ),
  }
}

function namesOf(numbers: readonly (number | null)[]): string[] | null {
  if (numbers.length === 0) return null
  return numbers.flatMap((number) => (number === null ? [] : (LINUX_NAMES.get(number) ?? [])))
}
