using System.Text;
using Pomost.Connectors.Module;
using Pomost.Connectors.Shared;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>The module in a WooCommerce shop: a plug-in of WordPress.</summary>
static class WooCommerceModule
{
    /// <summary>The shop's module; null when its secret is not set.</summary>
    public static ModuleClient? Of(ShopConnection shop, WooCommerceSettings settings, Asking asking) => settings.ModuleSecret is { } secret
        ? new ModuleClient(shop, settings.ModuleAddress, secret, WooCommerceSettings.ModuleSecretField, asking) : null;

    /// <summary>The plug-in as WordPress installs it: a folder with the program and its configuration.</summary>
    public static byte[] Build(ModuleInstallation installation)
    {
        // PHP, so that no web server shows it.
        var configuration = $"""
            <?php
            // Written by Pomost for this shop alone.
            defined( 'ABSPATH' ) || exit;

            return array(
            	'secret' => '{Quoted(installation.Secret)}',
            	'inbox'  => '{Quoted(installation.Inbox?.AbsoluteUri ?? "")}',
            );

            """;
        return ModuleZip.Build("woocommerce", "pomost", [("pomost-config.php", Encoding.UTF8.GetBytes(configuration))]);
    }

    static string Quoted(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
