using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Pomost.Connectors.Module;

namespace Pomost.Connectors.Tests.Module;

/// <summary>Goal: the modules are PHP that runs, and sign and page as the contract says. Method: PHP itself; eng/install-test-dependencies.sh brings it.</summary>
public sealed class ShopModuleTests
{
    static string Folder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "shop-modules"));

    public static TheoryData<string> Files { get; } =
        [.. Directory.GetFiles(Folder(), "*.php", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder(), file)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Suites { get; } = [.. TestsNamed("run")];

    public static TheoryData<string> Signers { get; } = [.. TestsNamed("run.php")];

    [Theory, MemberData(nameof(Files))]
    public async Task A_file_is_php_without_a_mistake(string file)
    {
        var (code, told) = await PhpAsync(null, "-d", "display_errors=1", "-l", Path.Combine(Folder(), file));

        Assert.True(code == 0, told);
        Assert.StartsWith("No syntax errors", told.Trim(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Suites))]
    public async Task A_module_passes_its_own_tests(string suite)
    {
        var (code, told) = await PhpAsync(null, Path.Combine(Folder(), suite));

        Assert.True(code == 0, told);
        Assert.Matches(@"[1-9]\d* passed, 0 failed", told);
    }

    [Theory, MemberData(nameof(Signers))]
    public async Task A_module_signs_what_we_sign(string suite)
    {
        const string Secret = "f0e0d0c0b0a09080706050403020100ff0e0d0c0b0a09080706050403020100f";
        const string Body = "{\"email\":\"zażółć@poczta.example\",\"x\":\"\\u0000\\n\"}\n";
        var call = JsonSerializer.Serialize(new { secret = Secret, timestamp = "1772445600", nonce = "nonce_of-16-signs", method = "consent.set", body = Body });

        var (code, signature) = await PhpAsync(call, Path.Combine(Folder(), suite), "sign");

        Assert.Equal((0, ModuleSignature.Sign(Secret, 1_772_445_600, "nonce_of-16-signs", "consent.set", System.Text.Encoding.UTF8.GetBytes(Body))), (code, signature));
    }

    [Fact]
    public void The_program_carries_every_file_of_a_module_but_its_tests()
    {
        foreach (var module in Directory.GetDirectories(Folder()))
        {
            var files = Directory.GetFiles(module, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(module, file))
                .Where(file => !file.StartsWith("tests", StringComparison.Ordinal));
            Assert.Equal(files.Order(StringComparer.Ordinal), ModuleZip.FilesOf(Path.GetFileName(module)).Select(file => file.Name).Order(StringComparer.Ordinal));
        }
    }

    static IEnumerable<string> TestsNamed(string beginning) => Directory.GetFiles(Folder(), "*.php", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "tests" && Path.GetFileName(file).StartsWith(beginning, StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(Folder(), file)).Order(StringComparer.Ordinal);

    static async Task<(int Code, string Told)> PhpAsync(string? input, params string[] arguments)
    {
        using var php = Process.Start(new ProcessStartInfo("php", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await php.StandardInput.WriteAsync(input ?? "");
        php.StandardInput.Close();
        var error = php.StandardError.ReadToEndAsync();
        var told = await php.StandardOutput.ReadToEndAsync();
        await php.WaitForExitAsync();
        return (php.ExitCode, told + await error);
    }
}
