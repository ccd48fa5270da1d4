// Dex as a library, on memory, with one person who has a password and its mock connector: its own command also has a gRPC API whose
// module cannot be had at the same commit through the module proxy.
package main

import (
	"context"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/server/tokens"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"github.com/dexidp/dex/web"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/crypto/bcrypt"
)

func main() {
	ctx := context.Background()
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	hash, err := bcrypt.GenerateFromPassword([]byte(os.Getenv("DEX_PASSWORD")), bcrypt.DefaultCost)
	if err != nil {
		log.Fatal(err)
	}
	store := storage.WithStaticClients(memory.New(logger), []storage.Client{{
		ID:           "mcp-gateway",
		Secret:       os.Getenv("DEX_CLIENT_SECRET"),
		RedirectURIs: []string{os.Getenv("DEX_REDIRECT_URI")},
		Name:         "MCP gateway",
	}})
	store = storage.WithStaticPasswords(store, []storage.Password{{
		Email:             "ender@school.example",
		Hash:              hash,
		Username:          "ender",
		Name:              "Ender Wiggin",
		PreferredUsername: "ender",
		Groups:            []string{"students"},
		UserID:            "BS-2401",
	}}, logger)
	store = storage.WithStaticConnectors(store, []storage.Connector{
		{ID: "local", Type: "local", Name: "Email"},
		{ID: "mock", Type: "mockCallback", Name: "Mock"},
	})
	local := signer.LocalConfig{KeysRotationPeriod: "6h"}
	keys, err := local.Open(ctx, store, time.Hour, time.Now, logger)
	if err != nil {
		log.Fatal(err)
	}
	dex, err := server.NewServer(ctx, server.Config{
		Issuer:             os.Getenv("DEX_ISSUER"),
		Storage:            store,
		SkipApprovalScreen: true,
		IDTokensValidFor:   time.Hour,
		RefreshTokenPolicy: tokens.NewRefreshStrategy(true, 0, 0, 0, time.Now),
		Signer:             keys,
		Logger:             logger,
		PrometheusRegistry: prometheus.NewRegistry(),
		Web:                server.WebConfig{WebFS: web.FS()},
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), dex))
}
