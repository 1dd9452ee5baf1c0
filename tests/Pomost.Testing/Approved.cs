using System.Runtime.CompilerServices;
using Xunit;

namespace Pomost.Testing;

/// <summary>
/// Compares a text with the file that a person approved: <c>Approved/&lt;name&gt;</c> beside the test's source.
/// With <c>POMOST_APPROVE=1</c> in the environment the file is written instead; read the difference before committing it.
/// </summary>
public static class Approved
{
    public static void Matches(string name, string text, [CallerFilePath] string testFile = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(testFile)!, "Approved", name);
        var received = text.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("POMOST_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, received);
            return;
        }
        Assert.True(File.Exists(file), $"{file} does not exist. Run the test with POMOST_APPROVE=1 and read what it wrote.\nReceived:\n{received}");
        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), received);
    }
}
