using System.Text;

namespace Pomost.Panel.Features.AccountSettings;

/// <summary>
/// The file that leads the official WordPress plugin to this hub. The plugin has a field for one of its two servers alone: the one of API v3
/// it reads from its stored settings, asks for a key when it logs in, and writes SALESmanago's own there at each log-out.
/// </summary>
public static class WordPressFile
{
    /// <summary>Its name below <c>wp-content/mu-plugins</c>.</summary>
    public const string Name = "pomost-hub.php";

    /// <summary>Makes it.</summary>
    /// <param name="server">Where the shop's server reaches this installation.</param>
    public static byte[] Make(Uri server)
    {
        // A quote would end the text in the file.
        var address = server.GetLeftPart(UriPartial.Path).TrimEnd('/').Replace("'", "%27", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(Php.Replace("{server}", address, StringComparison.Ordinal));
    }

    const string Php = """
        <?php
        /*
         * Plugin Name: Pomost hub
         * Description: Leads the SALESmanago plugin to the hub of Pomost for API v3, too. Belongs into wp-content/mu-plugins.
         *
         * To go back to SALESmanago: remove this file, then log the plugin out and in.
         */

        defined( 'ABSPATH' ) || exit;

        add_action(
        	'plugins_loaded',
        	function () {
        		global $wpdb;
        		$hub  = '{server}';
        		$name = 'salesmanago_configuration';
        		// Read and written as the plugin does, past the cache of options.
        		$text = $wpdb->get_var( $wpdb->prepare( "SELECT option_value FROM {$wpdb->options} WHERE option_name = %s", $name ) );
        		$kept = json_decode( $text ? $text : '{}' );
        		if ( is_object( $kept ) && ( $kept->apiV3Endpoint ?? '' ) !== $hub ) {
        			$kept->apiV3Endpoint = $hub;
        			$row                 = array( 'option_name' => $name, 'option_value' => wp_json_encode( $kept ), 'autoload' => 'no' );
        			$wpdb->replace( $wpdb->options, $row );
        		}
        	},
        	1
        );

        """;
}
