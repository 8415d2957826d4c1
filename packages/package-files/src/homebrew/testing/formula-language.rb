# A stand-in for the formula language of Homebrew (docs.brew.sh, Formula Cookbook): carries out the formulas that are
# given as JSON on standard input, and answers with every call that they made. A word that the language does not have
# fails. Input: [{file, text, system, arch, files}]; the files are what the archive or repository holds.

require "json"
require "pathname"
require "tmpdir"
require "fileutils"

$system = nil
$arch = nil
$calls = []

module OS
  def self.mac? = $system == "macos"
end

module Hardware
  class CPU
    def self.arm? = $arch == "aarch64"
  end
end

# Folders of an installation.
class Pathname
  def install(*things)
    things.flatten.each do |thing|
      mkpath
      FileUtils.mv(thing.to_s, to_s)
    end
  end

  def write_exec_script(*targets)
    targets.each do |target|
      raise "#{target} is not there" unless target.file?
      mkpath
      script = self / target.basename
      script.write("#!/bin/bash\nexec \"#{target}\" \"$@\"\n")
      script.chmod(0o755)
    end
  end
end

class Formula
  class << self
    %i[desc homepage version license url sha256 depends_on].each do |word|
      define_method(word) do |*values, **options|
        $calls << [word, *values, *(options.empty? ? [] : [options])]
      end
    end

    def on_macos = $system == "macos" && yield
    def on_linux = $system == "linux" && yield
    def on_arm = $arch == "aarch64" && yield
    def on_intel = $arch == "x86_64" && yield

    def test(&block) = define_method(:run_test, &block)
  end

  attr_reader :buildpath, :prefix

  def initialize(folder)
    @buildpath = folder / "build"
    @prefix = folder / "prefix"
  end

  def bin = prefix / "bin"
  def libexec = prefix / "libexec"

  def system(*words)
    $calls << ["system", *words.map { |word| word.to_s.delete_prefix("#{prefix}/").sub(buildpath.to_s, "BUILD") }]
    # What a build would leave.
    output = ENV["RBEE_OUTPUT"] || buildpath / "target/release"
    folder = ENV["RBEE_OUTPUT"] ? File.join(output, "bin") : output
    FileUtils.mkdir_p(folder)
    FileUtils.touch(File.join(folder, $program)) if $building
  end

  def cd(folder, &block) = Dir.chdir(folder, &block)

  def assert_predicate(value, predicate)
    raise "#{value} is not #{predicate}" unless value.public_send(predicate)
  end
end

# Homebrew, Formulary.class_s.
def class_name(file)
  name = File.basename(file, ".rb").capitalize
  name.gsub!(/[-_.\s]([a-zA-Z0-9])/) { Regexp.last_match(1).upcase }
  name.tr!("+", "x")
  name
end

answers = JSON.parse($stdin.read).map do |given|
  $system, $arch, $program = given.values_at("system", "arch", "program")
  $building = given["building"]
  $calls = []
  %w[RBEE_OUTPUT RBEE_VARIANT RBEE_VERSION RBEE_PLATFORM].each { |name| ENV.delete(name) }
  Dir.mktmpdir do |path|
    folder = Pathname.new(path).realpath
    space = Module.new
    space.module_eval(given["text"], given["file"])
    formula = space.const_get(class_name(given["file"])).new(folder)
    given["files"].each do |name, content|
      file = formula.buildpath / name
      file.dirname.mkpath
      file.write(content)
      file.chmod(0o755) if name.start_with?("bin/")
    end
    Dir.chdir(formula.buildpath) { formula.install }
    environment = ENV.select { |name, _| name.start_with?("RBEE_") }
    formula.run_test unless $building
    installed = Pathname.glob(formula.prefix / "**/*").select(&:file?).map { |file| file.relative_path_from(formula.prefix).to_s }
    { calls: $calls, installed: installed.sort, environment: environment.transform_values { |value| value.sub(formula.buildpath.to_s, "BUILD") } }
  end
end
puts JSON.generate(answers)
