import type { Gpu } from '@rbee/schema'
import { askPowerShell } from '../../platform/powershell.ts'
import { type JsonPlace, readJson } from '../../text/json.ts'
import { printable } from '../../text/printable.ts'
import { type FoundGpu, type GpuHost, unusableGpu, usableGpu } from '../found-gpu.ts'
import { drivenGpu } from '../nvidia/nvidia.ts'
import { askNvidiaSmi, type SmiReport } from '../nvidia/nvidia-smi.ts'
import { problemOfSmi } from '../nvidia/problems.ts'
import { PCI_VENDOR } from '../pci/pci-devices.ts'

/**
 * AdapterRAM is a 32-bit number and so ends at 4 GiB; drivers write the whole amount into the registry, some as a number
 * and some as bytes. Source: Microsoft Learn, "Win32_VideoController class" and "Setting hardware information in the registry".
 */
const SCRIPT = [
  '<# video controllers #>',
  "$class = 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';",
  '$registry = @(Get-ChildItem $class -ErrorAction SilentlyContinue | ForEach-Object {',
  '$entry = Get-ItemProperty $_.PSPath -ErrorAction SilentlyContinue;',
  "$bytes = $entry.'HardwareInformation.qwMemorySize';",
  'if ($bytes -is [byte[]]) { $bytes = [BitConverter]::ToUInt64($bytes, 0) };',
  '[pscustomobject]@{ name = $entry.DriverDesc; bytes = $bytes } });',
  '$controllers = @(Get-CimInstance Win32_VideoController |',
  'Select-Object Name, DriverVersion, PNPDeviceID, InfFilename, ConfigManagerErrorCode);',
  'ConvertTo-Json -Compress -Depth 3 @{ controllers = $controllers; registry = $registry }',
].join(' ')

/** The GPUs of a Windows machine. NVIDIA's own tool knows its GPUs better than Windows does. */
export async function detectWindowsGpus(host: GpuHost): Promise<FoundGpu[]> {
  const [text, smi] = await Promise.all([askPowerShell(host.probe, SCRIPT), askNvidiaSmi(host.probe)])
  const answer = readJson(text)
  const registry = answer.get('registry').list()
  const controllers = answer
    .get('controllers')
    .list()
    .map((controller) => readController(controller, registry))
    .filter((controller) => controller !== null)
  const others = controllers.filter(({ vendor }) => vendor !== 'nvidia').map(describe)
  if (smi.state === 'answered') {
    return [...smi.gpus.map((gpu) => drivenGpu(gpu, smi.cudaVersion, host)), ...others]
  }
  const silent = controllers.filter(({ vendor }) => vendor === 'nvidia')
  return [...silent.map((controller) => withoutDriver(controller, smi, host)), ...others]
}

interface Controller {
  readonly vendor: Gpu['vendor']
  readonly deviceId: number
  readonly facts: Partial<Gpu>
  /** Run by the driver that Windows brings for every card: it draws, and offers nothing that computes. */
  readonly basicDriver: boolean
  /** Code of the device manager; 0 is a device that works. */
  readonly errorCode: number | null
}

function readController(controller: JsonPlace, registry: readonly JsonPlace[]): Controller | null {
  const ids = /VEN_([0-9A-F]{4})&DEV_([0-9A-F]{4})/i.exec(controller.get('PNPDeviceID').text() ?? '')
  const vendor = vendorOf(Number.parseInt(ids?.[1] ?? '', 16))
  // Screens of remote sessions and virtual machines are no GPUs.
  if (vendor === null) return null
  const name = controller.get('Name').text()
  const entry = registry.find((candidate) => name !== null && candidate.get('name').text() === name)
  return {
    vendor,
    deviceId: Number.parseInt(ids?.[2] ?? '', 16),
    facts: {
      name: printable(name),
      driver_version: printable(controller.get('DriverVersion').text()),
      vram_bytes: entry?.get('bytes').wholeNumber() || null,
    },
    // The name of this driver is translated, that of its file is not.
    basicDriver: controller.get('InfFilename').text()?.toLowerCase() === 'display.inf',
    errorCode: controller.get('ConfigManagerErrorCode').wholeNumber(),
  }
}

function vendorOf(vendorId: number): Gpu['vendor'] | null {
  const entries = Object.entries(PCI_VENDOR) as [Gpu['vendor'], number][]
  return entries.find(([, id]) => id === vendorId)?.[0] ?? null
}

function describe({ vendor, deviceId, facts, errorCode, basicDriver }: Controller): FoundGpu {
  if (errorCode === 0 && !basicDriver) return { gpu: usableGpu(vendor, facts), deviceId }
  const problem = basicDriver
    ? 'Windows runs the GPU with its own basic driver; install the driver of its maker'
    : `${stateOf(errorCode)}; see it in the device manager and install the driver of its maker`
  return { gpu: unusableGpu(vendor, facts, problem), deviceId }
}

function stateOf(errorCode: number | null): string {
  return errorCode === null
    ? 'Windows does not say whether the GPU works'
    : `Windows stopped the GPU (code ${errorCode})`
}

function withoutDriver(
  controller: Controller,
  smi: Exclude<SmiReport, { state: 'answered' }>,
  host: GpuHost,
): FoundGpu {
  const problem =
    smi.state === 'missing'
      ? 'the NVIDIA driver is not installed; install it from the site of NVIDIA and restart'
      : problemOfSmi(smi, host)
  return { gpu: unusableGpu('nvidia', controller.facts, problem), deviceId: controller.deviceId }
}
