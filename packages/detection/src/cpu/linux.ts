import type { Probe } from '../probe.ts'
import { readFields, wholeNumber } from '../text/fields.ts'
import { printable } from '../text/printable.ts'
import type { Cpu } from './cpu-facts.ts'

/** Reads /proc/cpuinfo. Source: arch/x86/kernel/cpu/proc.c and arch/arm64/kernel/cpuinfo.c of Linux. */
export async function readLinuxCpu(probe: Probe): Promise<Cpu> {
  const cpuinfo = (await probe.readFile('/proc/cpuinfo')) ?? ''
  const processors = cpuinfo
    .split(/\n\s*\n/)
    .map((block) => readFields(block))
    .filter((fields) => fields.has('processor'))
  const model = printable(processors[0]?.get('model name')) ?? (await modelOfLscpu(probe))
  return { model, cores: countCores(processors), features: commonFeatures(processors) }
}

type ProcessorFields = ReadonlyMap<string, string>

/** Hyper-threads share package and core; ARM states neither and has none. */
function countCores(processors: readonly ProcessorFields[]): number {
  const cores = processors.map((fields, index) => {
    const core = wholeNumber(fields.get('core id'))
    return core === null ? `processor ${index}` : `${fields.get('physical id')}/${core}`
  })
  return new Set(cores).size
}

/** What every processor has: the small cores of a mixed ARM system may lack features of the large ones. */
function commonFeatures(processors: readonly ProcessorFields[]): string[] | null {
  const lists = processors.map((fields) => fields.get('flags') ?? fields.get('Features'))
  const [first] = lists
  if (first === undefined) return null
  const others = [...new Set(lists)].map((list) => new Set(list?.split(/\s+/)))
  return [...new Set(first.split(/\s+/))].filter((flag) => others.every((list) => list.has(flag)))
}

/** ARM kernels name no model; lscpu knows it by the identification registers. */
async function modelOfLscpu(probe: Probe): Promise<string | null> {
  const answer = await probe.run('lscpu', [])
  return printable(readFields(answer?.stdout).get('Model name'))
}
