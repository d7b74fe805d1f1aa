using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastOrm.Cache.Redis;
using FastOrm.Cache.Tests.Integration.Support;
using StackExchange.Redis;

namespace FastOrm.Cache.Tests.Integration.Redis;

/// <summary>A server that talks TLS at one of its ports.</summary>
public sealed class TlsTests : RedisTierTest
{
    private readonly string _files = Directory.CreateTempSubdirectory("fastorm-tls-").FullName;
    private readonly string _address;

    public TlsTests()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var (pem, secret) = (Path.Combine(_files, "pem"), Path.Combine(_files, "key"));
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        var port = RedisServer.FreePort().ToString(CultureInfo.InvariantCulture);
        var server = Start(
            "--tls-port", port, "--tls-cert-file", pem, "--tls-key-file", secret, "--tls-ca-cert-file", pem, "--tls-auth-clients", "no");
        _address = $"localhost:{port}";
        Directory.Delete(_files, recursive: true);
        Assert.Equal(port, server.Run("CONFIG", "GET", "tls-port").Split('\n')[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rediss://")]
    public async Task Tls_on_one_side_and_a_certificate_that_nobody_vouches_for_are_named(string scheme)
    {
        var tier = Open(scheme + _address);

        var error = await Assert.ThrowsAsync<IOException>(() => ReadAsync(tier, [1]));

        Assert.Contains("rediss://", error.Message);
    }

    [Fact]
    public async Task A_connection_of_the_application_may_trust_what_it_likes()
    {
        var options = ConfigurationOptions.Parse($"{_address},ssl=true,sslHost=localhost");
        options.CertificateValidation += static (_, certificate, _, _) => certificate?.Subject == "CN=localhost";
        using var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        var tier = Keep(new RedisTier(multiplexer, new RedisCacheOptions(), "default"));

        var created = await ChangeAsync(tier, 1);

        Assert.Equal(created.Stamps, (await ReadAsync(tier, [1])).Stamps);
    }
}
