using Pomost.Connectors.Shared;

namespace Pomost.Connectors.Tests.Shared;

/// <summary>The examples of RFC 5849, sections 1.2 and 3.4.1.1.</summary>
public sealed class OAuth1Tests
{
    [Fact]
    public void The_base_string_is_that_of_section_3_4_1_1()
    {
        KeyValuePair<string, string>[] parameters =
        [
            new("b5", "=%3D"), new("a3", "a"), new("c@", ""), new("a2", "r b"),
            new("oauth_consumer_key", "9djdj82h48djs9d2"), new("oauth_token", "kkk9d7dh3k39sjv7"), new("oauth_signature_method", "HMAC-SHA1"),
            new("oauth_timestamp", "137131201"), new("oauth_nonce", "7d8f3e4a"), new("c2", ""), new("a3", "2 q"),
        ];

        Assert.Equal(
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2"
            + "%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
            OAuth1.BaseString("POST", new Uri("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"), parameters));
    }

    [Fact]
    public void A_request_with_a_token_is_signed_as_in_section_1_2()
    {
        KeyValuePair<string, string>[] parameters =
        [
            new("file", "vacation.jpg"), new("size", "original"), new("oauth_consumer_key", "dpf43f3p2l4k3l03"), new("oauth_token", "nnch734d00sl2jdk"),
            new("oauth_signature_method", "HMAC-SHA1"), new("oauth_timestamp", "137131202"), new("oauth_nonce", "chapoH"),
        ];

        Assert.Equal(
            "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
            OAuth1.Sha1(OAuth1.BaseString("GET", new Uri("http://photos.example.net/photos?file=vacation.jpg&size=original"), parameters), "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"));
    }

    [Fact]
    public void A_request_for_a_token_is_signed_as_in_section_1_2()
    {
        KeyValuePair<string, string>[] parameters =
        [
            new("oauth_consumer_key", "dpf43f3p2l4k3l03"), new("oauth_token", "hh5s93j4hdidpola"), new("oauth_signature_method", "HMAC-SHA1"),
            new("oauth_timestamp", "137131201"), new("oauth_nonce", "walatlh"), new("oauth_verifier", "hfdp7dh39dks9884"),
        ];

        Assert.Equal(
            "gKgrFCywp7rO0OXSjdot/IHF7IU=",
            OAuth1.Sha1(OAuth1.BaseString("POST", new Uri("https://photos.example.net/token"), parameters), "kd94hf93k423kf44", "hdhd0244k9j7ao03"));
    }
}
